import { describe, expect, it } from 'vitest';
import { channels } from '@handover/shared/api/workspace';
import { createBench, openLoggedIn, openTab } from '../fakes/bench.ts';
import type { Answer, Bench, Tab } from '../fakes/bench.ts';

// What the vendor's desktop page asks for beside the operations of its generated client.
const refusal = ({ status, body }: Answer): unknown[] => [status, body.errors?.[0]?.code, body.errors?.[0]?.field];

describe('a token in exchange for the session', () => {
  it.each(['GET', 'POST'])('by %s is that of the person', async method => {
    const bench = createBench();
    const tab = await openTab(bench);
    const response = await bench.call(method, '/security/exchange-token', { headers: { cookie: tab.cookie } });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = (await response.json()) as { data: { access_token: string } };
    expect(body).toMatchObject({ status: { code: 0 }, data: { token_type: 'bearer', expires_in: 900 } });
    expect(body.data.access_token).toMatch(/^of-[0-9a-f-]{36}$/);
  });
  it.each([
    ['forbidden', 403],
    ['revoked', 401],
    ['expired', 401],
    ['unavailable', 503],
  ] as const)('that is %s is %i', async (reason, status) => {
    const bench = createBench();
    const tab = await openTab(bench);
    bench.sessionTokens.refusal = reason;
    expect((await tab.get('/security/exchange-token')).status).toBe(status);
  });
  it('is for nobody without a session, and not for foreign pages', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    expect((await bench.call('GET', '/security/exchange-token')).status).toBe(403);
    expect((await tab.post('/security/exchange-token', {}, { origin: 'https://evil.test' })).status).toBe(403);
  });
  it('ends with the session that it was given for, and with no other', async () => {
    const bench = createBench();
    const [one, other] = [await openTab(bench, 'agent1', 'client-1'), await openTab(bench, 'agent1', 'client-2')];
    const token = ((await one.get('/security/exchange-token')).body.data as { access_token: string }).access_token;
    await other.post('/logout');
    expect(bench.sessionTokens.revoked).toEqual([]);
    await one.post('/logout');
    expect(bench.sessionTokens.revoked.map(sid => `of-${sid}`)).toEqual([token]);
  });
  it('that is over by itself needs no ending', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    await tab.get('/security/exchange-token');
    bench.clock.advance(900_001);
    await tab.post('/logout');
    expect(bench.sessionTokens.revoked).toEqual([]);
  });
  it('of another vendor’s cloud is not to be had, which is said', async () => {
    const tab = await openTab(createBench());
    const { status, body } = await tab.get('/security/pure-cloud-token');
    expect([status, body.status?.message]).toEqual([404, 'No Genesys Cloud organisation is connected.']);
  });
});

describe('what a desktop publishes', () => {
  const eventContent = [{ key: 'GSW_USER_EVENT', type: 'str', value: 'PreviewRecordRequest' }];
  const publish = (tab: Tab, topic: string, data: unknown = { eventContent }): Promise<Answer> =>
    tab.post(`/media/topics/${encodeURIComponent(topic)}/publish`, { data, operationId: 'op-1' });
  const heard = (bench: Bench, tab: Tab): unknown[] => {
    bench.clock.advance(0);
    return tab.heard(channels.topics);
  };
  it('is heard by every desktop of the agent, and by nobody else', async () => {
    const bench = createBench();
    const tabs = [await openLoggedIn(bench), await openTab(bench, 'agent1', 'second'), await openLoggedIn(bench, 'agent2')];
    const [one, two, other] = tabs as [Tab, Tab, Tab];
    expect((await publish(one, 'acme@Place_7001')).body).toEqual({ status: { code: 1 }, operationId: 'op-1' });
    const message = { messageType: 'EventUserEvent', topic: 'acme@Place_7001', eventContent, operationId: 'op-1' };
    expect([heard(bench, one), heard(bench, two), heard(bench, other)]).toEqual([[message], [message], []]);
  });
  it('is told again to who missed it, on its own channel', async () => {
    const bench = createBench();
    const tab = await openLoggedIn(bench);
    await publish(tab, 'acme@Place_7001');
    const before = tab.voice().filter(each => each.messageType === 'EventUserEvent').length;
    const [message] = heard(bench, tab);
    bench.workspace.policy.onMissed?.(tab.key, tab.clientId, [message]);
    expect(heard(bench, tab)).toEqual([message, message]);
    expect(tab.voice().filter(each => each.messageType === 'EventUserEvent')).toHaveLength(before);
  });
  it('is told once, though its request arrives twice', async () => {
    const bench = createBench();
    const tab = await openLoggedIn(bench);
    const again = { 'x-request-id': 'the-same-one' };
    for (let n = 0; n < 2; n += 1) await tab.post('/media/topics/acme@Place_7001/publish', { data: { eventContent } }, again);
    expect(heard(bench, tab)).toHaveLength(1);
  });
  it.each(['acme@Place_7002', 'other@Place_7001', 'acme', '@', 'acme@', 'x'.repeat(2_000)])(
    'to %s is 400 and names the topic',
    async topic => {
      const tab = await openLoggedIn(createBench());
      expect(refusal(await publish(tab, topic))).toEqual([400, 'request.invalid', 'topic']);
    },
  );
  it('from nowhere is 400', async () => {
    expect(refusal(await publish(await openTab(createBench()), 'acme@Place_7001'))).toEqual([400, 'request.invalid', 'topic']);
  });
  it.each([[{}], [{ eventContent: 7 }], [{ eventContent: [{ key: 'a' }] }]])('as %j is 400 and names the content', async data => {
    const answer = await publish(await openLoggedIn(createBench()), 'acme@Place_7001', data);
    expect(refusal(answer)).toEqual([400, 'request.invalid', expect.stringMatching(/^data\.eventContent/)]);
  });
});

it.each(['Spring', '%2F', '..%2f', 'x'.repeat(2_000)])('campaign %s is 404 and names it', async name => {
  const tab = await openTab(createBench());
  expect(refusal(await tab.get(`/campaigns/${name}/configuration`))).toEqual([404, 'request.not-found', 'name']);
});
