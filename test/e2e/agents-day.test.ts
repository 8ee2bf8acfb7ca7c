import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  commandsNamed,
  customerCalls,
  joinAgent,
  openCometdTab,
  siteLog,
  startAgent,
  startSystem,
  until,
  type Agent,
  type RunningSystem,
} from '../support/index.ts';

// Two agents at work through the edge, with the vendor's client and today's CometD client.
const pair = (key: string, value: string): { key: string; type: 'str'; value: string } => ({ key, type: 'str', value });

let system: RunningSystem;
let ann: Agent;
let bob: Agent;
beforeAll(async () => {
  system = await startSystem();
  [ann, bob] = await Promise.all([startAgent(system.url, 'agent1'), startAgent(system.url, 'agent2')]);
});
afterAll(async () => {
  await Promise.all([ann, bob].map(agent => agent.leave()));
  await system.stop();
});
afterEach(() => Promise.all([ann, bob].map(agent => agent.clearCalls())));

/** Ann calls Bob, who answers; the same call has one id on both sides. */
async function talk(): Promise<string> {
  const marks = [ann.events.mark(), bob.events.mark()] as const;
  await ann.voice.makeCall(bob.dn);
  const { id } = await bob.callIn('Ringing', undefined, marks[1]);
  await bob.voice.answerCall(id);
  await Promise.all([ann.callIn('Established', id, marks[0]), bob.callIn('Established', id, marks[1])]);
  return id;
}

describe('an agent', () => {
  it('is told who she is and what she may say', () => {
    expect(ann.client.user).toMatchObject({ userName: 'agent1', employeeId: '7001', agentLogin: '7001', defaultPlace: 'Place_7001' });
    expect(ann.client.configuration).toMatchObject({
      actionCodes: expect.arrayContaining([expect.objectContaining({ code: 'Lunch' })]) as unknown,
    });
  });

  it('becomes ready, not ready with a reason, and works after a call', async () => {
    let from = ann.events.mark();
    await ann.voice.ready();
    expect((await ann.dnIn('Ready', from)).capabilities).toContain('not-ready');
    from = ann.events.mark();
    await ann.voice.notReady('AuxWork', 'Lunch');
    expect(await ann.dnIn('NotReady', from)).toMatchObject({ agentWorkMode: 'AuxWork', reasons: [pair('ReasonCode', 'Lunch')] });
    from = ann.events.mark();
    await ann.voice.notReady('AfterCallWork');
    expect((await ann.dnIn('NotReady', from)).agentWorkMode).toBe('AfterCallWork');
  });
});

describe('a supervisor', () => {
  it('sees her agents and changes their state, at the phone and for media', async () => {
    const boss = await startAgent(system.url, 'super1');
    try {
      let from = ann.events.mark();
      const dbid = ann.client.user?.dbid ?? 0;
      const change = async (path: string, data: object = {}): Promise<unknown> =>
        (await boss.request('POST', `/users/${dbid}/${path}`, { data })).body.status;
      expect(await change('voice/ready')).toEqual({ code: 1 });
      await ann.dnIn('Ready', from);
      from = ann.events.mark();
      expect(await change('voice/not-ready', { reasonCode: 'Lunch' })).toEqual({ code: 1 });
      expect((await ann.dnIn('NotReady', from)).reasons).toEqual([pair('ReasonCode', 'Lunch')]);
      expect(await change('media/chat/ready')).toEqual({ code: 1 });
      await until('ready for chats', 10_000, async () => {
        const { body } = await ann.request('GET', '/current-session');
        expect(JSON.stringify(body.data)).toContain('"name":"chat","state":"Ready"');
        return true;
      });
      await until('shown as not ready', 10_000, async () => {
        const { body } = await boss.request('GET', '/users?searchTerm=agent1&limit=1&states=NotReady');
        expect(JSON.stringify(body.data)).toContain('"reason":"Lunch"');
        return true;
      });
      expect(await change('media/logout')).toEqual({ code: 1 });
    } finally {
      await boss.leave();
    }
  });
});

describe('a call between two agents', () => {
  it('rings, is answered, held, retrieved, ended and marked done', async () => {
    const from = ann.events.mark();
    const id = await talk();
    await ann.voice.holdCall(id);
    expect((await ann.callIn('Held', id, from)).capabilities).toContain('retrieve');
    const held = ann.events.mark();
    await ann.voice.retrieveCall(id);
    await ann.callIn('Established', id, held);
    const bobs = bob.events.mark();
    await ann.voice.releaseCall(id);
    expect((await ann.callIn('Released', id, held)).capabilities).toContain('complete');
    await bob.callIn('Released', id, bobs);
    const answer = await ann.request('POST', `/voice/calls/${id}/complete`, {
      data: { userData: [pair('DispositionCode', 'Sale')] },
      operationId: 'op-9',
    });
    expect([answer.status, answer.body.status?.code, answer.body.operationId]).toEqual([200, 1, 'op-9']);
    expect((await ann.callIn('Completed', id, held)).userData).toContainEqual(pair('DispositionCode', 'Sale'));
  });

  it('carries user data to both sides', async () => {
    const id = await talk();
    const changed = async (what: string, from: number, want: (pairs: { key: string; value: unknown }[]) => boolean): Promise<void> =>
      void (await bob.events.next(
        what,
        message => message.messageType === 'CallStateChanged' && message.call.id === id && want(message.call.userData),
        { from },
      ));
    const values = (pairs: { key: string; value: unknown }[]): string =>
      pairs
        .filter(each => each.key === 'Case')
        .map(each => String(each.value))
        .join();
    let from = bob.events.mark();
    await ann.voice.attachUserData(id, [pair('Case', '42')]);
    await changed('attached', from, pairs => values(pairs) === '42');
    from = bob.events.mark();
    await ann.voice.updateUserData(id, [pair('Case', '43')]);
    await changed('updated', from, pairs => values(pairs) === '43');
    from = bob.events.mark();
    await ann.voice.deleteUserDataPair(id, 'Case');
    await changed('deleted', from, pairs => values(pairs) === '');
  });

  it('is transferred after a consultation', async () => {
    const id = await talk();
    const from = ann.events.mark();
    await ann.voice.initiateTransfer(id, '7003');
    const consult = await ann.callIn('Established', undefined, from);
    expect(consult).toMatchObject({ parentConnId: id, callType: 'Consult' });
    expect(consult.capabilities).toContain('complete-transfer');
    await ann.callIn('Held', id, from);
    const bobs = bob.events.mark();
    await ann.voice.completeTransfer(consult.id, id);
    await Promise.all([ann.callIn('Released', id, from), ann.callIn('Released', consult.id, from)]);
    const moved = await bob.events.next(
      'Bob talks to the third',
      message => message.messageType === 'CallStateChanged' && message.call.participants.some(each => each.number === '7003'),
      { from: bobs },
    );
    expect(moved).toMatchObject({ call: { state: 'Established' } });
  });

  it('becomes a conference after a consultation, and by a single step', async () => {
    const id = await talk();
    let from = ann.events.mark();
    await ann.voice.initiateConference(id, '7003');
    const consult = await ann.callIn('Established', undefined, from);
    await ann.voice.completeConference(consult.id, id);
    const numbers = (agent: Agent, mark: number, wanted: readonly string[]): Promise<unknown> =>
      agent.events.next(
        `${agent.user} with ${wanted.join()}`,
        message =>
          message.messageType === 'CallStateChanged' &&
          message.call.state === 'Established' &&
          wanted.every(number => message.call.participants.some(each => each.number === number)),
        { from: mark },
      );
    await numbers(ann, from, [bob.dn, '7003']);
    from = ann.events.mark();
    await ann.voice.singleStepConference(id, '7004');
    await numbers(ann, from, [bob.dn, '7003', '7004']);
  });

  it('is transferred by a single step', async () => {
    const id = await talk();
    const from = ann.events.mark();
    const bobs = bob.events.mark();
    await ann.voice.singleStepTransfer(id, '7003');
    await ann.callIn('Released', id, from);
    await bob.events.next(
      'Bob talks to the third',
      message => message.messageType === 'CallStateChanged' && message.call.participants.some(each => each.number === '7003'),
      { from: bobs },
    );
  });

  it('comes from a customer by a route point to who has been ready for longest', async () => {
    await ann.voice.notReady();
    const from = bob.events.mark();
    await bob.voice.ready();
    await bob.dnIn('Ready', from);
    const callId = await customerCalls(system.url, '9001');
    const call = await bob.callIn('Ringing', undefined, from);
    expect([call.id, call.callType, call.ani]).toEqual([callId, 'Inbound', '+15550100']);
    expect(call.participants).toEqual([expect.objectContaining({ number: '+15550100' })]);
    await bob.voice.answerCall(call.id);
    await bob.callIn('Established', call.id, from);
  });
});

describe('a second tab', () => {
  it('sees the current state, and both get every event', async () => {
    const id = await talk();
    const tab = await joinAgent(system.url, 'agent1');
    const recovered = await tab.callIn('Established', id, 0);
    expect(recovered.participants).toEqual([expect.objectContaining({ number: bob.dn })]);
    expect(tab.dn).toBe(ann.dn);
    const marks = [ann.events.mark(), tab.events.mark()] as const;
    await tab.voice.holdCall(id);
    await Promise.all([ann.callIn('Held', id, marks[0]), tab.callIn('Held', id, marks[1])]);
    await tab.leave();
  });

  it('that logs out leaves the other at work', async () => {
    const tab = await joinAgent(system.url, 'agent1');
    const cookie = tab.cookie();
    const at = Date.now();
    await tab.leave();
    expect((await ann.request('GET', '/current-session')).status).toBe(200);
    expect((await ann.request('GET', '/current-session', undefined, { cookie })).body.status?.code).toBe(603);
    const from = ann.events.mark();
    await ann.voice.ready();
    await ann.dnIn('Ready', from);
    await ann.voice.notReady();
    expect(commandsNamed(await siteLog(system.url, ann.dn, at), 'AgentLogout')).toEqual([]);
  });

  it.each(['long-polling', 'websocket'] as const)(
    'with the CometD client over %s is told the state whenever it subscribes',
    async transport => {
      const id = await talk();
      const tab = await openCometdTab(system.url, ann.cookie(), { transport });
      for (const round of ['late', 'again'] as const) {
        const from = tab.events.mark();
        await tab.subscribe('/workspace/v3/voice');
        const call = await tab.events.next(`the call, subscribed ${round}`, ({ data }) => data.messageType === 'CallStateChanged', {
          from,
        });
        expect(call.data).toMatchObject({ notificationType: 'CallRecovered', call: { id, state: 'Established' } });
        expect((await tab.events.next('the DN', ({ data }) => data.messageType === 'DnStateChanged', { from })).data).toMatchObject({
          dn: { number: ann.dn },
        });
      }
      await tab.subscribe('/workspace/v3/initialization');
      await tab.events.next('the initialization', ({ data }) => data.messageType === 'WorkspaceInitializationComplete');
      const from = tab.events.mark();
      await bob.voice.releaseCall(id);
      await tab.events.next(
        'Released',
        ({ data }) => data.messageType === 'CallStateChanged' && (data['call'] as { state: string }).state === 'Released',
        { from },
      );
      expect(tab.handshakes()).toBe(1);
      await tab.close();
    },
  );
});

describe('a request', () => {
  it('that the call’s state forbids is accepted and fails by an event', async () => {
    const id = await talk();
    const wrong = ann.events.mark();
    const { status, body } = await ann.request('POST', `/voice/calls/${id}/redirect`, { data: { destination: '7003' } });
    expect([status, body.status?.code]).toEqual([200, 1]);
    const event = await ann.events.next('EventError', message => message.messageType === 'EventError', { from: wrong });
    expect(event).toMatchObject({ error: { errorCode: expect.any(Number) as number, errorMessage: expect.any(String) as string } });
  });

  it.each([
    ['an unknown call', 404, '/voice/calls/00000000000000FF/hold', { data: {} }, 'call.unknown', undefined],
    ['no destination', 400, '/voice/make-call', { data: {} }, 'request.invalid', 'data.destination'],
    ['a destination that is no text', 400, '/voice/make-call', { data: { destination: 7 } }, 'request.invalid', 'data.destination'],
    ['a body that is no JSON', 400, '/voice/make-call', '{', 'request.invalid', 'body'],
    [
      'an operation for supervisors',
      403,
      '/voice/start-monitoring',
      { data: { phoneNumberToMonitor: '7002' } },
      'auth.forbidden',
      undefined,
    ],
    ['an unknown path', 404, '/voice/dance', { data: {} }, 'request.not-found', undefined],
  ])('with %s is answered %i', async (_, status, path, body, code, field) => {
    const answer = await ann.request('POST', path, body);
    expect([answer.status, answer.body.errors?.[0]?.code, answer.body.errors?.[0]?.field]).toEqual([status, code, field]);
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
  });

  it.each([
    ['without a session', { cookie: 'HANDOVER_PIN=x' }, 'session.missing'],
    ['with a forged session', { cookie: 'WORKSPACE_SESSIONID=v1.k1.AAAA' }, 'session.missing'],
    ['from somebody else’s page', { origin: 'https://evil.example' }, 'origin.forbidden'],
  ])('%s is refused', async (_, headers, code) => {
    const answer = await ann.request('POST', '/voice/ready', { data: {} }, headers);
    expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([403, code]);
  });

  it('without a session has the code that clients look for', async () => {
    const answer = await ann.request('GET', '/current-session', undefined, { cookie: '' });
    expect([answer.status, answer.body.status?.code]).toEqual([403, 603]);
  });

  it('reaches only what belongs to its agent', async () => {
    const id = await talk();
    const carol = await startAgent(system.url, 'agent4');
    try {
      const answer = await carol.request('POST', `/voice/calls/${id}/hold`, { data: {} });
      expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([404, 'call.unknown']);
      expect(carol.events.seen.filter(message => message.messageType === 'CallStateChanged')).toEqual([]);
    } finally {
      await carol.leave();
    }
  });

  it('with a token of another contact centre is refused', async () => {
    const basic = `Basic ${Buffer.from('external_api_client:secret').toString('base64')}`;
    const form = (username: string): URLSearchParams =>
      new URLSearchParams({ grant_type: 'password', username, password: 'agent1', scope: '*' });
    const ask = (username: string): Promise<Response> =>
      fetch(`${system.url}/auth/v3/oauth/token`, { method: 'POST', headers: { authorization: basic }, body: form(username) });
    expect((await ask('acme\\agent1')).status).toBe(200);
    expect((await ask('globex\\agent1')).status).toBe(400);
  });

  it('has a token in exchange for its session, which is over when the session is', async () => {
    const dee = await startAgent(system.url, 'agent5');
    const answer = await dee.request('POST', '/security/exchange-token', {});
    const { access_token: token } = answer.body.data as { access_token: string };
    const status = async (): Promise<number> =>
      (await fetch(`${system.url}/auth/v3/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([answer.status, await status()]).toEqual([200, 200]);
    await dee.request('POST', '/logout', {});
    // Another node refuses it when it has read the list of what was revoked.
    await until('refused', 10_000, async () => (await status()) === 401);
    await dee.leave();
  });

  it('through the edge says where it went', async () => {
    const { headers } = await ann.request('GET', '/current-session');
    expect(headers.get('x-handover-region')).toMatch(/^(us-east|eu-west)$/);
    expect(Number(headers.get('x-handover-epoch'))).toBeGreaterThan(0);
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
    expect(headers.get('server-timing')).toMatch(/dur=/);
    expect(headers.get('x-handover-node')).toBeNull();
  });
});
