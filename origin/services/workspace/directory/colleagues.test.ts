import type { StatValue } from '@handover/shared/genesys';
import { ok, refuse } from '@handover/shared/result';
import { describe, expect, it } from 'vitest';
import type { Statistics, StatReading, WantedStatistic } from '../../../contracts/statistics.ts';
import { createBench, openLoggedIn, openTab } from '../fakes/bench.ts';
import type { Bench, Tab } from '../fakes/bench.ts';

/** A Stat Server that shows agents by their employee ids. */
class Board {
  readonly asked: WantedStatistic[] = [];
  readonly shown = new Map<string, StatValue & { valid?: false }>();
  state: 'up' | 'down' = 'up';
  silent = false;
  refused = false;
  get(wanted: WantedStatistic): ReturnType<Statistics['get']> {
    this.asked.push(wanted);
    if (this.silent) return new Promise(() => undefined);
    const { valid, ...value } = this.shown.get(wanted.objectId) ?? { stringValue: 'LoggedOut' };
    const reading: StatReading = { value, timestamp: 7, ...(valid === undefined ? {} : { valid }) };
    return Promise.resolve(this.refused ? refuse({ kind: 'unavailable' }) : ok(reading));
  }
}

async function looking(): Promise<{ bench: Bench; board: Board; boss: Tab }> {
  const board = new Board();
  const bench = createBench({ statistics: board as unknown as Statistics });
  return { bench, board, boss: await openLoggedIn(bench, 'super1') };
}
type Users = { users: { userName: string; availability?: unknown }[]; totalCount: number };
const users = async (boss: Tab, query = ''): Promise<Users> => (await boss.get(`/users${query}`)).body.data as unknown as Users;
const names = async (boss: Tab, query: string): Promise<string[]> => (await users(boss, query)).users.map(each => each.userName);

describe('agents of other nodes', () => {
  it.each([
    [{ stringValue: 'WaitForNextCall' }, true, { state: 'Ready' }, 'Idle'],
    [{ stringValue: 'CallInbound' }, false, { state: 'Ready' }, 'HandlingInboundCall'],
    [{ stringValue: 'CallRinging' }, false, { state: 'Ready' }, 'ReceivingCall'],
    [
      { stringValue: 'NotReadyForNextCall', reasons: [{ key: 'ReasonCode', value: 'Lunch' }] },
      false,
      { state: 'NotReady', reason: 'Lunch' },
      'Idle',
    ],
    [{ stringValue: 'AfterCallWork' }, false, { state: 'NotReady', workMode: 'AfterCallWork' }, 'Idle'],
    [{ stringValue: 'LoggedIn' }, false, { state: 'LoggedIn' }, 'Idle'],
  ])('with the status %j are shown so', async (value, available, userState, activity) => {
    const { board, boss } = await looking();
    board.shown.set('7001', value);
    const expected = { channels: [{ name: 'voice', available, userState, activity }] };
    expect((await users(boss)).users.find(each => each.userName === 'agent1')?.availability).toEqual(expected);
    const target = (await boss.get('/targets/agent/1')).body.data as unknown as { targets: unknown[] };
    expect(target.targets).toMatchObject([{ availability: expected }]);
  });
  it.each([{ stringValue: 'LoggedOut' }, { stringValue: 'NotMonitored' }, {}, { stringValue: 'WaitForNextCall', valid: false as const }])(
    'of whom the server knows nothing for sure (%j) nothing is said',
    async value => {
      const { board, boss } = await looking();
      board.shown.set('7001', value);
      expect((await users(boss)).users.find(each => each.userName === 'agent1')).not.toHaveProperty('availability');
    },
  );
  it('are found by their state, and counted', async () => {
    const { board, boss } = await looking();
    board.shown.set('7001', { stringValue: 'WaitForNextCall' }).set('7002', { stringValue: 'NotReadyForNextCall' });
    expect(await names(boss, '?states=Ready')).toEqual(['agent1']);
    expect(await users(boss, '?states=Ready,NotReady&limit=1&offset=1')).toMatchObject({ totalCount: 3, users: [{ userName: 'agent2' }] });
    expect(await names(boss, '?states=LoggedOut')).toEqual(['agent3']);
  });
  it('are asked for by the own tenant’s name; those of this node are known at first hand', async () => {
    const { bench, board, boss } = await looking();
    await (await openLoggedIn(bench, 'agent2')).post('/voice/ready');
    board.shown.set('7002', { stringValue: 'NotReadyForNextCall' });
    expect(await names(boss, '?states=Ready')).toEqual(['agent2']);
    expect(board.asked.map(each => `${each.tenantName} ${each.objectType} ${each.objectId}`)).toEqual([
      'acme Agent 7001',
      'acme Agent 7003',
    ]);
  });
  it('are asked for once within two seconds', async () => {
    const { bench, board, boss } = await looking();
    for (let n = 0; n < 3; n += 1) await users(boss);
    expect(board.asked).toHaveLength(3);
    bench.clock.advance(2_001);
    await users(boss);
    expect(board.asked).toHaveLength(6);
  });
  it('are not waited for longer than half a second', async () => {
    const { bench, board, boss } = await looking();
    board.silent = true;
    let done = false;
    const answer = users(boss).finally(() => (done = true));
    await expect.poll(() => board.asked.length).toBe(3);
    expect(done).toBe(false);
    bench.clock.advance(500);
    expect((await answer).totalCount).toBe(4);
  });
  it('are unknown without a Stat Server, and when it refuses', async () => {
    const { bench, board, boss } = await looking();
    board.shown.set('7001', { stringValue: 'WaitForNextCall' });
    board.refused = true;
    expect(await names(boss, '?states=Ready')).toEqual([]);
    bench.clock.advance(2_001);
    board.asked.length = 0;
    board.state = 'down';
    expect(await names(boss, '?states=Ready')).toEqual([]);
    expect(board.asked).toEqual([]);
    expect((await users(await openTab(createBench()))).totalCount).toBe(4);
  });
});
