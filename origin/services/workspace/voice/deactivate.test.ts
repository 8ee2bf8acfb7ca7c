import { describe, expect, it } from 'vitest';
import { createBench, openLoggedIn, openTab } from '../fakes/bench.ts';

describe('voice/activate and voice/deactivate', () => {
  it('log in at the default place, out again, and in once more', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    expect((await tab.post('/voice/activate', { operationId: 'op-1' })).body).toEqual({ status: { code: 1 }, operationId: 'op-1' });
    expect(tab.dn()).toMatchObject({ number: '7001', agentState: 'NotReady' });
    expect((await tab.post('/voice/deactivate', {})).body.status).toEqual({ code: 1 });
    expect(tab.dn()).toMatchObject({ number: '7001', agentState: 'LoggedOut' });
    expect((await tab.post('/voice/ready')).status).toBe(409);
    expect((await tab.post('/voice/activate', {})).status).toBe(200);
    expect(tab.dn()).toMatchObject({ agentState: 'NotReady' });
  });

  it('deactivating twice is no error', async () => {
    const tab = await openLoggedIn(createBench());
    for (let i = 0; i < 2; i += 1) expect((await tab.post('/voice/deactivate')).body.status).toEqual({ code: 1 });
  });

  it('a phone is not given back while a call lives there', async () => {
    const bench = createBench();
    const tab = await openLoggedIn(bench);
    bench.east.ring('+15550100', '7001');
    expect((await tab.post('/voice/deactivate', { operationId: 'op-2' })).body.status).toEqual({ code: 1 });
    bench.clock.advance(0);
    expect(tab.voice().at(-1)).toMatchObject({ messageType: 'EventError', operationId: 'op-2', error: { errorCode: 56 } });
    expect(bench.east.names()).not.toContain('RequestAgentLogout');
  });

  it('a place that does not exist is 400 and named', async () => {
    const tab = await openTab(createBench());
    const answer = await tab.post('/voice/activate', { data: { placeName: 'Nowhere' } });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'data.placeName']);
  });

  it('while ownership admits no command nothing is sent, and the phone stays', async () => {
    const bench = createBench();
    const tab = await openLoggedIn(bench);
    bench.ownership.closed = 'unsure';
    expect((await tab.post('/voice/deactivate')).status).toBe(503);
    bench.ownership.closed = undefined;
    expect((await tab.post('/voice/ready')).status).toBe(200);
  });
});
