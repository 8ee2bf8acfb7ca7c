import { expect } from 'vitest';
import type { CallWire, DnWire, VoiceMessageWire } from '@handover/shared/api/workspace';
import { createFakeClock } from '@handover/shared/time';
import type { FakeClock } from '@handover/shared/time';
import type { Bench, Tab } from '../fakes/bench.ts';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import { KernelSwitch } from './switch-suite.ts';

const people = [
  { user: 'agent1', dn: '7001' },
  { user: 'agent2', dn: '7002' },
  { user: 'agent3', dn: '7003' },
  { user: 'super1', dn: '7090' },
] as const;
const numbers = [...people.map(each => each.dn), '7050'];
const destinations = [...numbers, '9001', '+15550177', '123'];
const customers = ['+15550100', '+15550101', '+15550102'];
const callVerbs = [
  ...['answer', 'answer', 'answer', 'hold', 'retrieve', 'release', 'release', 'complete', 'complete', 'clear', 'redirect', 'merge'],
  ...['initiate-transfer', 'initiate-conference', 'complete-transfer', 'complete-conference', 'alternate', 'reconnect'],
  ...['single-step-transfer', 'single-step-conference', 'delete-from-conference', 'send-dtmf'],
  ...['attach-user-data', 'update-user-data', 'delete-user-data-pair'],
  ...['start-recording', 'pause-recording', 'resume-recording', 'stop-recording'],
  ...['switch-to-coaching', 'switch-to-barge-in', 'switch-to-listen-in'],
];
const agentVerbs = [
  'ready',
  'ready',
  'not-ready',
  'dnd-on',
  'dnd-off',
  'set-forward',
  'cancel-forward',
  'cancel-forward',
  'login',
  'logout',
];

/** A small random generator with a seed (mulberry32): a day that failed is told again by its number. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return below => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What a desktop shows: made from messages alone, as a client does. */
class Desktop {
  readonly tab: Tab;
  readonly dn: string;
  readonly user: string;
  readonly calls = new Map<string, CallWire>();
  readonly monitored = new Map<string, string>();
  /** Where the session is. */
  bench: Bench;
  phone: DnWire | undefined;
  service = 'AVAILABLE';

  constructor(bench: Bench, tab: Tab, person: (typeof people)[number]) {
    this.bench = bench;
    this.tab = tab;
    this.dn = person.dn;
    this.user = person.user;
  }

  hear(message: VoiceMessageWire): void {
    switch (message.messageType) {
      case 'CallStateChanged': {
        const { call } = message;
        if (call.previousConnId !== undefined) this.calls.delete(call.previousConnId);
        if (call.state === 'Released' || call.state === 'Completed') this.calls.delete(call.id);
        else this.calls.set(call.id, call);
        return;
      }
      case 'DnStateChanged':
        this.phone = message.dn;
        return;
      case 'MonitoringStateChanged':
        if (message.state === 'MonitoringCancelled') this.monitored.delete(message.phoneNumber ?? '');
        else
          this.monitored.set(
            message.phoneNumber ?? '',
            `${message.monitoringMode} ${message.monitoringNextCallType} ${message.monitoringScope}`,
          );
        return;
      case 'ServiceStateChanged':
        this.service = message.serviceState;
        return;
      case 'EventError':
      case 'EventUserEvent':
    }
  }

  post(path: string, data: object = {}): Promise<{ status: number }> {
    return this.bench.call('POST', path, { body: { data }, headers: { cookie: this.tab.cookie } });
  }
}

/** A day of a site: agents and a supervisor at their desktops, customers, phones, SIP Servers that fail, nodes that take sessions over. */
class Day {
  readonly story: string[] = [];
  readonly clock: FakeClock;
  readonly #random: (below: number) => number;
  readonly #switches: readonly KernelSwitch[];
  readonly #desktops: Desktop[] = [];
  readonly #benches = new Set<Bench>();
  #calls = 0;
  #epoch = 1_000;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.clock = createFakeClock();
    const options = { agentNoAnswerTimeoutMs: 5_000, wrapUpMs: 2_000, legalGuardMs: 1_000 };
    this.#switches = [
      new KernelSwitch(this.clock, { switchName: 'SIP_East', location: '/us-east' }, numbers, options),
      new KernelSwitch(this.clock, { switchName: 'SIP_West', location: '/eu-west' }, numbers, options),
    ];
  }

  async begin(): Promise<void> {
    const bench = this.#node();
    for (const person of people) this.#desktops.push(new Desktop(bench, await openLoggedIn(bench, person.user), person));
    await this.#settle();
  }

  #node(): Bench {
    const switches = this.#switches;
    const voice = {
      bySwitch: (name: string) => switches.find(each => each.switchName === name),
      local: () => switches[0],
      all: () => switches,
    };
    const bench = createBench({ voice }, { clock: this.clock });
    bench.ownership.epoch = this.#epoch += 1_000;
    this.#benches.add(bench);
    return bench;
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#random(list.length)] as T;
  }

  /** Lets everything happen that needs no time. */
  async #settle(turns = 60): Promise<void> {
    for (let i = 0; i < turns; i += 1) await Promise.resolve();
    for (const bench of this.#benches)
      for (const { clientId, channel, data } of bench.hub.delivered.splice(0))
        if (channel === '/workspace/v3/voice')
          this.#desktops.find(desktop => desktop.tab.clientId === clientId)?.hear(data as unknown as VoiceMessageWire);
  }

  /** Time goes by in small steps, as timers of one part follow from those of another. */
  async #pass(ms: number): Promise<void> {
    for (let gone = 0; gone < ms; gone += 250) {
      this.clock.advance(250);
      for (const each of this.#switches) each.tick();
      await this.#settle(20);
    }
  }

  async step(): Promise<void> {
    const chance = this.#random(100);
    if (chance < 62) await this.#agentActs();
    else if (chance < 84) this.#siteActs();
    else if (chance < 90) await this.#time(this.#one([250, 1_000, 2_000, 6_000]));
    else if (chance < 95) await this.#move(this.#one(this.#desktops));
    else await this.#fail();
    await this.#settle();
  }

  async #time(ms: number): Promise<void> {
    this.story.push(`${String(ms)} ms`);
    await this.#pass(ms);
  }

  async #agentActs(): Promise<void> {
    const desktop = this.#one(this.#desktops);
    const known = [...desktop.calls.keys()];
    const id = known.length === 0 ? 'FFFF' : this.#one(known);
    const data = {
      destination: this.#one(destinations),
      forwardTo: this.#one(destinations),
      parentConnId: known.length === 0 ? 'FFFF' : this.#one(known),
      heldConnId: known.length === 0 ? 'FFFF' : this.#one(known),
      otherConnId: known.length === 0 ? 'FFFF' : this.#one(known),
      dnToDrop: this.#one(destinations),
      dtmfDigits: '12#',
      key: 'K1',
      userData: [{ key: `K${String(this.#random(3))}`, type: 'str', value: String(this.#random(9)) }],
      phoneNumberToMonitor: this.#one(numbers),
      phoneNumber: this.#one(numbers),
      monitoringMode: this.#one(['Mute', 'Coach', 'Connect']),
      monitoringNextCallType: this.#one(['OneCall', 'AllCalls']),
      monitoringScope: this.#one(['Call', 'Agent']),
      agentWorkMode: this.#one(['AuxWork', 'AfterCallWork', 'LegalGuard']),
    };
    const kind = this.#random(10);
    const supervisor = desktop.user === 'super1' && this.#random(3) === 0;
    let path = `/voice/calls/${id}/${this.#one(callVerbs)}`;
    if (supervisor)
      path = this.#one([
        '/voice/start-monitoring',
        '/voice/start-monitoring',
        '/voice/stop-monitoring',
        '/users/1/voice/ready',
        '/users/2/voice/not-ready',
      ]);
    else if (kind === 0) path = '/voice/make-call';
    else if (kind < 3) path = `/voice/${this.#one(agentVerbs)}`;
    this.story.push(`${desktop.user} ${path} ${JSON.stringify(data)}`);
    const answer = desktop.post(path, data);
    // A command for a switch that is away may be answered only when time goes by.
    for (let i = 0; i < 12 && (await Promise.race([answer.then(() => true), this.#soon()])) !== true; i += 1) await this.#pass(500);
    expect([200, 400, 403, 404, 409, 503, 504], `${path}: ${this.story.join('\n')}`).toContain((await answer).status);
  }

  async #soon(): Promise<false> {
    await this.#settle(80);
    return false;
  }

  /** Customers and phones without a desktop. */
  #siteActs(): void {
    const at = this.#one(this.#switches.slice(0, this.#random(4) === 0 ? 2 : 1));
    const calls = [...at.kernel.calls.values()];
    if (calls.length < 4 || this.#random(4) === 0) {
      const connId = `C${String((this.#calls += 1)).padStart(15, '0')}`;
      const to = this.#one(['7001', '7002', '7003', '9001', '9001', '7050']);
      this.story.push(`customer calls ${to} at ${at.switchName}: ${connId}`);
      at.input({ kind: 'phoneCall', connId, from: this.#one(customers), to });
      return;
    }
    const call = this.#one(calls);
    const others = call.parties.filter(party => party.kind === 'external' || party.number === '7050');
    if (others.length === 0) return;
    const party = this.#one(others);
    this.story.push(`${party.number} ${party.state === 'Ringing' ? 'answers' : 'hangs up'} ${call.connId}`);
    at.input({ kind: party.state === 'Ringing' ? 'phoneAnswer' : 'phoneHangup', connId: call.connId, number: party.number });
  }

  /** Another node takes the session over. */
  async #move(desktop: Desktop): Promise<void> {
    await this.#settle();
    const from = desktop.bench;
    const to = this.#random(2) === 0 ? this.#node() : this.#one([...this.#benches]);
    if (to === from) return;
    this.story.push(`${desktop.user} moves`);
    const key = { tenant: 'acme', person: desktop.user };
    const passport = from.ownership.passports.get(desktop.user);
    const owned = from.ownership.owned.get(desktop.user);
    if (owned !== undefined) owned.current = false;
    from.ownership.owned.delete(desktop.user);
    from.workspace.hooks.lost(key, 'taken');
    to.ownership.epoch = this.#epoch += 1_000;
    desktop.bench = to;
    const adopted = to.workspace.hooks.adopt(key, to.ownership.own(key), JSON.parse(JSON.stringify(passport)));
    for (let i = 0; i < 12 && (await Promise.race([adopted.then(() => true), this.#soon()])) !== true; i += 1) await this.#pass(500);
    await adopted;
  }

  /** A SIP Server fails: its link for a moment or for long, the primary of its pair, or the pair. */
  async #fail(): Promise<void> {
    const at = this.#one(this.#switches);
    const how = this.#one(['link', 'link', 'long', 'hot', 'crash']);
    this.story.push(`${at.switchName} ${how}`);
    switch (how) {
      case 'link':
        at.lose();
        await this.#settle();
        if (this.#random(2) === 0) this.#siteActs();
        at.restore();
        return;
      case 'long':
        at.lose();
        await this.#pass(4_000);
        at.restore();
        return;
      case 'hot':
        return at.switchOver();
      default:
        return at.crash();
    }
  }

  /** Nothing new happens any more, and what is under way comes to its end. */
  async quiet(): Promise<void> {
    for (const each of this.#switches) each.restore();
    await this.#pass(15_000);
    for (const desktop of this.#desktops) this.#compare(desktop);
    for (const each of this.#switches) this.#fenced(each);
  }

  #compare(desktop: Desktop): void {
    const told = `${desktop.user}:\n${this.story.join('\n')}`;
    const at = this.#switches.find(each => each.switchName === desktop.phone?.switchName);
    const truth = at?.kernel.dns.get(desktop.dn);
    if (at === undefined || truth === undefined) throw new Error(`no phone: ${told}`);
    expect(desktop.service, told).toBe('AVAILABLE');
    expect(
      [desktop.phone?.agentState, desktop.phone?.agentWorkMode, desktop.phone?.dnd, desktop.phone?.forwardTo, desktop.phone?.reasons],
      told,
    ).toEqual([truth.agentState, truth.workMode, truth.dnd, truth.forwardTo ?? '', truth.reasons]);
    const wishes = truth.monitors.map(each => [each.targetDN, `${each.mode} ${each.next} ${each.scope}`]);
    expect([...desktop.monitored].sort(), told).toEqual(wishes.sort());
    const real = truth.calls.map(connId => {
      const call = at.kernel.calls.get(connId);
      const mine = call?.parties.find(party => party.number === desktop.dn);
      const supervisor = call?.parties.find(party => party !== mine && party.monitor !== undefined && party.state !== 'Ringing');
      return {
        id: connId,
        state: mine?.state,
        participants: call?.parties
          .filter(party => party !== mine && party.role !== 'RoleObserver' && party.invitedBy === undefined)
          .map(party => `${party.number} ${party.role}`)
          .sort(),
        recording: call?.recording,
        userData: call?.userData,
        parent: call?.parentConnId,
        listening: supervisor !== undefined,
        mode: mine?.monitor?.mode ?? supervisor?.monitor?.mode,
      };
    });
    const seen = [...desktop.calls.values()].map(call => ({
      id: call.id,
      state: call.state,
      participants: call.participants.map(party => `${party.number} ${party.role}`).sort(),
      recording: call.recordingState,
      userData: call.userData,
      parent: call.parentConnId,
      listening: call.supervisorListeningIn,
      mode: call.supervisorMonitoringState,
    }));
    const byId = (a: { id: string }, b: { id: string }): number => a.id.localeCompare(b.id);
    expect(seen.sort(byId), told).toEqual(real.sort(byId));
  }

  /** No command of an older epoch after the first of a newer one, DN by DN. */
  #fenced(at: KernelSwitch): void {
    for (const number of numbers) {
      const epochs = at.log.filter(each => each.dn === number && each.epoch !== undefined).map(each => each.epoch ?? 0);
      expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    }
  }
}

/** One day by its seed; throws when at its end a desktop shows anything else than the site knows. */
export async function liveDay(seed: number, steps = 60): Promise<void> {
  const day = new Day(seed);
  await day.begin();
  for (let i = 0; i < steps; i += 1) await day.step();
  await day.quiet();
}
