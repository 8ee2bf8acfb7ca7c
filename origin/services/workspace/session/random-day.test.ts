import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import type { Bench, Delivered, Tab } from '../fakes/bench.ts';

type Act =
  | { kind: 'ring'; from: number }
  | { kind: 'operate'; verb: string; call: number; other: number }
  | { kind: 'state'; verb: string }
  | { kind: 'far'; call: number; what: 'RequestReleaseCall' | 'RequestAnswerCall' }
  | { kind: 'link' }
  | { kind: 'move' };

const verbs = [
  'answer',
  'hold',
  'retrieve',
  'release',
  'complete',
  'initiate-transfer',
  'complete-transfer',
  'complete-conference',
  'alternate',
  'reconnect',
  'single-step-conference',
  'clear',
  'update-user-data',
];
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ring' as const), from: fc.nat(3) }) },
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant('operate' as const), verb: fc.constantFrom(...verbs), call: fc.nat(4), other: fc.nat(4) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('state' as const), verb: fc.constantFrom('ready', 'not-ready', 'dnd-on', 'dnd-off') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('far' as const),
      call: fc.nat(4),
      what: fc.constantFrom('RequestReleaseCall' as const, 'RequestAnswerCall' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'link' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'move' as const }) },
);

interface Told {
  state: string;
  participants: { number: string }[];
}
/** What a desktop shows: the calls that it was told of and that are not over, and the agent's state. */
function view(messages: readonly Delivered['data'][]): { calls: Map<string, Told>; dn: unknown } {
  const calls = new Map<string, Told>();
  let dn: unknown;
  for (const message of messages) {
    const call = message['call'] as (Told & { connId: string; previousConnId?: string }) | undefined;
    if (call !== undefined) {
      if (call.previousConnId !== undefined) calls.delete(call.previousConnId);
      calls.delete(call.connId);
      if (call.state !== 'Released' && call.state !== 'Completed') calls.set(call.connId, call);
    }
    if (message.messageType === 'DnStateChanged') dn = (message['dn'] as { agentState: string }).agentState;
  }
  return { calls, dn };
}

class Day {
  bench: Bench;
  readonly tab: Tab;
  readonly heard: Delivered['data'][] = [];
  constructor(bench: Bench, tab: Tab) {
    this.bench = bench;
    this.tab = tab;
  }

  async post(path: string, body: unknown = {}): Promise<number> {
    return (await this.bench.call('POST', path, { body, headers: { cookie: this.tab.cookie } })).status;
  }

  collect(): void {
    for (const each of this.bench.hub.delivered.splice(0))
      if (each.clientId === this.tab.clientId && each.channel === '/workspace/v3/voice') this.heard.push(each.data);
  }

  async perform(step: Act): Promise<void> {
    const { east } = this.bench;
    const ids = [...east.calls.keys()];
    const pick = (index: number): string => ids[index % Math.max(1, ids.length)] ?? 'FFFF';
    switch (step.kind) {
      case 'ring':
        east.ring(`+1555010${String(step.from)}`, '7001');
        return;
      case 'state':
        expect(await this.post(`/voice/${step.verb}`)).toBe(200);
        return;
      case 'operate': {
        const data = {
          destination: '7002',
          parentConnId: pick(step.other),
          heldConnId: pick(step.other),
          userData: [{ key: 'K', type: 'str', value: String(step.other) }],
        };
        expect([200, 404]).toContain(await this.post(`/voice/calls/${pick(step.call)}/${step.verb}`, { data }));
        return;
      }
      case 'far': {
        const call = east.calls.get(pick(step.call));
        const dn = [...(call?.legs.keys() ?? [])].find(each => each !== '7001');
        if (call !== undefined && dn !== undefined)
          await east.far({ messageName: step.what, thisDN: dn, connID: call.connID }).catch(() => undefined);
        return;
      }
      case 'link':
        east.lose();
        east.restore();
        for (let i = 0; i < 50; i += 1) await Promise.resolve();
        return;
      case 'move': {
        this.collect();
        const { bench } = this;
        const key = { tenant: 'acme', person: 'agent1' };
        for (let i = 0; i < 5; i += 1) await Promise.resolve();
        const to = createBench({}, { east, west: bench.west, clock: bench.clock });
        to.ownership.epoch = bench.ownership.epoch + 1_000;
        bench.workspace.hooks.lost(key, 'taken');
        await to.workspace.hooks.adopt(key, to.ownership.own(key), bench.ownership.passports.get('agent1'));
        this.bench = to;
      }
    }
  }
}

it('after any day of calls, lost links and moves between nodes the desktop shows what the switch knows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async steps => {
      const bench = createBench();
      const day = new Day(bench, await openLoggedIn(bench));
      for (const step of steps) await day.perform(step);
      day.bench.clock.advance(0);
      for (let i = 0; i < 20; i += 1) await Promise.resolve();
      day.collect();
      const truth = day.bench.east.snapshot('7001');
      const seen = view(day.heard);
      expect(seen.dn).toBe(truth.agentState);
      const told = [...seen.calls].map(([id, call]) => [id, call.state, call.participants.map(each => each.number).sort()]).sort();
      const real = truth.calls.map(call => [call.connID, call.legState, call.parties.map(each => each.dn).sort()]).sort();
      expect(told).toEqual(real);
      // No command of an older epoch after the first of a newer one.
      const epochs = day.bench.east.log.map(each => each.epoch ?? 0);
      expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    }),
    { numRuns: 60 },
  );
});
