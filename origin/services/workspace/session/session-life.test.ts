import { describe, expect, it, vi } from 'vitest';
import { createBench, openLoggedIn, openTab } from '../fakes/bench.ts';

describe('logout', () => {
  it('of the last web session logs the agent out at once, unregisters, and ends the session for every node before it is answered', async () => {
    const bench = createBench();
    const tab = await openLoggedIn(bench);
    const answer = await tab.post('/logout');
    expect(answer.body.status).toEqual({ code: 0 });
    expect(bench.east.names().slice(-2)).toEqual(['RequestAgentLogout', 'RequestUnregisterAddress']);
    expect(bench.ownership.ends).toEqual([{ person: 'agent1', reason: 'logout' }]);
    expect(bench.ownership.ended.size).toBe(1);
    expect(bench.hub.disconnected).toEqual([tab.clientId]);
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await tab.get('/current-session')).status).toBe(403);
  });
  it('of one of two leaves the other working', async () => {
    const bench = createBench();
    const first = await openLoggedIn(bench);
    const second = await openTab(bench, 'agent1', 'second');
    await first.post('/logout');
    expect(bench.east.names()).not.toContain('RequestAgentLogout');
    expect((await second.post('/voice/ready')).status).toBe(200);
    expect(second.dn()).toMatchObject({ agentState: 'Ready' });
    await second.post('/logout');
    expect(bench.east.names()).toContain('RequestAgentLogout');
  });
  it('a tab that was closed without logout does not keep the agent logged in', async () => {
    const bench = createBench();
    const first = await openLoggedIn(bench);
    const second = await openTab(bench, 'agent1', 'second');
    bench.clock.advance(10);
    bench.workspace.policy.onDetach(first.key, first.clientId, 'disconnect');
    await second.post('/logout');
    expect(bench.east.names()).toContain('RequestAgentLogout');
  });
  it('twice is success, with a cookie of nobody 403', async () => {
    const bench = createBench();
    const tab = await openLoggedIn(bench);
    await tab.post('/logout');
    expect((await tab.post('/logout')).status).toBe(200);
    expect((await bench.call('POST', '/logout')).status).toBe(403);
  });
  it('works while the switch is away', async () => {
    const bench = createBench();
    const tab = await openLoggedIn(bench);
    bench.east.lose();
    expect((await tab.post('/logout')).status).toBe(200);
    expect(bench.ownership.ends).toHaveLength(1);
  });
});

describe('when nobody is attached any more', () => {
  async function alone(): Promise<ReturnType<typeof createBench>> {
    const bench = createBench();
    bench.workspace.start();
    const tab = await openLoggedIn(bench);
    await tab.post('/voice/ready');
    bench.clock.advance(3_600_000);
    expect(bench.east.names()).not.toContain('RequestAgentNotReady');
    bench.workspace.policy.onDetach(tab.key, tab.clientId, 'timeout');
    return bench;
  }
  it('the agent is made not ready after a minute, and logged out after twenty', async () => {
    const bench = await alone();
    bench.clock.advance(55_000);
    expect(bench.east.names()).not.toContain('RequestAgentNotReady');
    bench.clock.advance(10_000);
    await vi.waitFor(() => expect(bench.east.names()).toContain('RequestAgentNotReady'));
    bench.clock.advance(1_100_000);
    expect(bench.east.names()).not.toContain('RequestAgentLogout');
    bench.clock.advance(60_000);
    await vi.waitFor(() => expect(bench.ownership.ends).toEqual([{ person: 'agent1', reason: 'linger' }]));
    expect(bench.east.names()).toContain('RequestAgentLogout');
    expect(bench.workspace.status().sessions).toBe(0);
  });
  it('coming back in time stops it', async () => {
    const bench = await alone();
    bench.clock.advance(50_000);
    await openTab(bench, 'agent1', 'back');
    bench.clock.advance(2_000_000);
    await Promise.resolve();
    expect(bench.east.names()).not.toContain('RequestAgentLogout');
  });
});

it('a stopped service does nothing more by itself, and logs nobody out', async () => {
  const bench = createBench();
  bench.workspace.start();
  await openLoggedIn(bench);
  bench.workspace.drain();
  bench.workspace.stop();
  expect(bench.clock.pending).toBe(0);
  expect(bench.east.names()).toEqual(['RequestAgentLogin']);
});
