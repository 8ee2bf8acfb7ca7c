import { describe, expect, test } from 'vitest';
import { stateEntries, stateFromEntries } from './index.ts';
import { TestSwitch } from '../tests/test-switch.ts';

// Lines that begin with E> are events of the eastern switch, W> of the western one; what they say to each other is in between.
class TwoSites {
  readonly east = new TestSwitch();
  readonly west = new TestSwitch({}, 'D0000000');
  #told: string[] = [];

  constructor() {
    this.west.agents('7002');
    this.east.agents('7001');
    this.east.input({ kind: 'elsewhere', site: 'West', numbers: ['7002'], how: 'all' });
  }

  /** Does something at one site, and carries over what follows from it until nobody has anything to say. */
  does(at: 'east' | 'west', act: (s: TestSwitch) => unknown): string[] {
    this.#told = [];
    act(this[at]);
    this.#carry(at);
    return this.#told;
  }

  #carry(at: 'east' | 'west'): void {
    const from = this[at];
    const { outputs } = from;
    this.#told.push(...from.lines().map(line => `${at === 'east' ? 'E' : 'W'}> ${line}`));
    const other = at === 'east' ? 'west' : 'east';
    for (const output of outputs) {
      if (output.kind !== 'trunk') continue;
      const { what } = output.message;
      this.#told.push(`${at} says ${what}`);
      this[other].input({ kind: 'trunk', site: at === 'east' ? 'East' : 'West', message: output.message });
      this.#carry(other);
    }
  }
}

describe('golden traces: an agent at another site', () => {
  test('is rung there by the same call, which is answered and released over the trunk', () => {
    const sites = new TwoSites();
    const { east, west } = sites;
    expect(
      sites.does('east', s => s.request('RequestMakeCall', '7001', { otherDN: '7002', userData: [{ key: 'a', type: 'str', value: '1' }] })),
    ).toEqual([
      'E> 7001 Dialing #1 Internal Ok as Origination other 7002 Destination 7001>7002 agent 7001 data a="1" with 7002 Destination ref',
      'east says call',
      'W> 7002 Ringing #1 Internal Ok as Destination other 7001 Origination 7001>7002 agent 7002 data a="1" with 7001 Origination',
    ]);
    const c = east.newest('7001');
    expect(west.newest('7002')).toBe(c);
    expect(east.state.dns.get('7002')?.calls).toEqual([]);
    expect(sites.does('west', s => s.request('RequestAnswerCall', '7002', { connID: c }))).toEqual([
      'W> 7002 Established #1 Internal Ok as Destination other 7001 Origination 7001>7002 agent 7002 data a="1" with 7001 Origination ref',
      'west says answered',
      'E> 7001 Established #1 Internal Ok as Origination other 7002 Destination 7001>7002 agent 7001 data a="1" with 7002 Destination',
    ]);
    expect(
      sites.does('west', s => s.request('RequestUpdateUserData', '7002', { connID: c, userData: [{ key: 'a', type: 'str', value: '2' }] })),
    ).toEqual([
      'W> 7002 AttachedDataChanged #1 Internal Ok as Destination other 7001 Origination third 7002 Destination 7001>7002 agent 7002 data a="2" with 7001 Origination ref',
      'west says data',
      'E> 7001 AttachedDataChanged #1 Internal Ok as Origination other 7002 Destination third 7002 Destination 7001>7002 agent 7001 data a="2" with 7002 Destination',
    ]);
    expect(sites.does('east', s => s.request('RequestReleaseCall', '7001', { connID: c }))).toEqual([
      'E> 7001 Released #1 Internal Ok as Origination other 7002 Destination 7001>7002 agent 7001 data a="2" with nobody ref',
      'east says released',
      'W> 7002 Released #1 Internal Ok as Destination other 7001 Origination 7001>7002 agent 7002 data a="2" with nobody',
      'west says released',
    ]);
    for (const { state } of [east, west]) expect([state.calls.size, state.trunks.size]).toEqual([0, 0]);
  });

  test('takes a customer over by a transfer, and the customer’s end is told there', () => {
    const sites = new TwoSites();
    const { east, west } = sites;
    const main = east.inbound('7001');
    sites.does('east', s => s.request('RequestInitiateTransfer', '7001', { connID: main, otherDN: '7002' }));
    const consult = east.newest('7001');
    sites.does('west', s => s.request('RequestAnswerCall', '7002', { connID: consult }));
    sites.does('east', s => s.request('RequestCompleteTransfer', '7001', { connID: consult }));
    expect(east.state.calls.get(main)?.parties.map(party => party.number)).toEqual(['+15550100', '7002']);
    expect(west.state.calls.has(consult)).toBe(true);
    expect(sites.does('east', s => s.input({ kind: 'phoneHangup', connId: main, number: '+15550100' }))).toEqual([
      'east says released',
      'W> 7002 Released #1 Internal Ok as Destination other 7001 Origination 7001>7002 agent 7002 with nobody',
      'west says released',
    ]);
  });

  test('who is busy, has left or is logged in at both sites decides where the call goes', () => {
    const sites = new TwoSites();
    const { east, west } = sites;
    west.request('RequestSetDNDOn', '7002');
    const dial = (): string[] =>
      sites.does('east', s => s.request('RequestMakeCall', '7001', { otherDN: '7002' })).filter(line => !line.startsWith('W>'));
    expect(dial().map(line => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'E> 7001 Dialing',
      'east says call',
      'west says released',
      'E> 7001 Released',
      'east says released',
    ]);
    west.request('RequestSetDNDOff', '7002');
    west.request('RequestAgentLogout', '7002');
    expect(dial().map(line => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'E> 7001 Dialing',
      'east says call',
      'west says released',
      'E> 7001 Released',
      'east says released',
    ]);
    east.agents('7002');
    expect(dial()[1]).toContain('E> 7002 Ringing');
    expect([...east.state.trunks, ...west.state.trunks]).toEqual([]);
  });

  test('a switch that no longer has anybody elsewhere rings its own phone', () => {
    const { east } = new TwoSites();
    east.input({ kind: 'elsewhere', site: 'West', numbers: ['7002'], how: 'remove' });
    expect(east.request('RequestMakeCall', '7001', { otherDN: '7002' })[1]).toContain('7002 Ringing');
  });

  test('a standby goes on with the legs that its primary had', () => {
    const sites = new TwoSites();
    const { east } = sites;
    sites.does('east', s => s.request('RequestMakeCall', '7001', { otherDN: '7002' }));
    east.state = stateFromEntries(JSON.parse(JSON.stringify([...stateEntries(east.state)])) as Parameters<typeof stateFromEntries>[0]);
    const c = east.newest('7001');
    expect(sites.does('west', s => s.request('RequestAnswerCall', '7002', { connID: c })).at(-1)).toContain('E> 7001 Established');
  });
});
