import { expect, it } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import type { Bench, Delivered, Tab } from '../fakes/bench.ts';
import { observe, unobserve } from '../fakes/interaction-monitoring.ts';
import type { FakeItem } from '../fakes/interaction-board.ts';

/** Seeded, so that a day can be lived again. */
function randomOf(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return below => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_507) ^ (state >>> 13)) >>> 0;
    return state % below;
  };
}

const flush = async (): Promise<void> => {
  for (let i = 0; i < 6; i += 1) await new Promise<void>(resolve => setImmediate(resolve));
};
const over = new Set(['Completed', 'Revoked', 'Transferred', 'Rejected', 'InWorkbin', 'Sent', 'Canceled']);

/** What a client makes of what it is told, and nothing else. */
class Mirror {
  readonly states = new Map<string, string>();
  readonly lines = new Map<string, number[]>();
  readonly wishes = new Set<string>();
  media = new Map<string, string>();

  hear({ data }: Delivered): void {
    if (data.messageType === 'MonitoringStateChanged') {
      const { state, agentId } = data as unknown as { state: string; agentId: string };
      if (state === 'MonitoringCancelled') this.wishes.delete(agentId);
      else this.wishes.add(agentId);
    }
    if (data.messageType === 'ChannelStateChanged') {
      const { channels } = data['media'] as { channels: { name: string; state: string }[] };
      this.media = new Map(channels.map(each => [each.name, each.state]));
    }
    if (data.messageType === 'InteractionStateChanged') {
      const { id, state } = data['interaction'] as { id: string; state: string };
      // Whoever takes part in a chat again hears it from its first line.
      if (over.has(state)) this.lines.delete(id);
      if (over.has(state)) this.states.delete(id);
      else this.states.set(id, state);
    }
    if (data.messageType === 'MessageLogUpdated') {
      const id = data['interactionId'] as string;
      this.lines.set(id, [...(this.lines.get(id) ?? []), ...(data['messages'] as { index: number }[]).map(line => line.index)]);
    }
  }
}

/** A supervisor, who works as agents do and monitors another one. */
const [user, me, other] = ['super1', '7090', '7002'];

/** One agent, one server, and nodes that come and go. */
class Day {
  readonly mirror = new Mirror();
  readonly story: string[] = [];
  readonly #random: (below: number) => number;
  #bench: Bench;
  readonly #tab: Tab;
  #heard = 0;
  #epoch = 100;

  private constructor(seed: number, bench: Bench, tab: Tab) {
    this.#random = randomOf(seed);
    this.#bench = bench;
    this.#tab = tab;
  }
  static async begin(seed: number): Promise<Day> {
    const bench = createBench();
    const day = new Day(seed, bench, await openLoggedIn(bench, user));
    await day.#post('/media/ready');
    await day.#settle();
    return day;
  }

  get #board(): Bench['ixn']['board'] {
    return this.#bench.ixn.board;
  }
  get #own(): FakeItem[] {
    return [...this.#board.items.values()].filter(item => item.agentID === me);
  }
  #pick(items: readonly FakeItem[]): FakeItem | undefined {
    return items[this.#random(Math.max(1, items.length))];
  }
  async #post(path: string, data: object = {}): Promise<void> {
    const response = await this.#bench.call('POST', path, { body: { data }, headers: { cookie: this.#tab.cookie } });
    expect([200, 404], `${path} ${String(response.status)}`).toContain(response.status);
  }
  async #settle(): Promise<void> {
    await flush();
    this.#bench.clock.advance(300);
    await flush();
    const { delivered } = this.#bench.hub;
    for (const message of delivered.slice(this.#heard)) if (message.clientId === this.#tab.clientId) this.mirror.hear(message);
    this.#heard = delivered.length;
  }

  readonly #deeds: readonly [string, () => Promise<void> | void][] = [
    ['offer', () => this.#offer()],
    ['offer', () => this.#offer()],
    ['accept', () => this.#each(item => item.ticketID !== undefined, 'accept')],
    ['accept', () => this.#each(item => item.ticketID !== undefined, 'accept')],
    ['reject', () => this.#each(item => item.ticketID !== undefined, 'reject')],
    ['customer', () => this.#customer()],
    ['customer', () => this.#customer()],
    ['agent', () => this.#each(item => item.chat !== undefined && item.ticketID === undefined, 'send-message', { message: 'hi' })],
    ['leave', () => this.#each(item => item.chat !== undefined && item.ticketID === undefined, 'leave', { afterAction: 'KeepAlive' })],
    ['complete', () => this.#each(item => item.ticketID === undefined, 'complete')],
    ['queue', () => this.#each(item => item.ticketID === undefined, 'place-in-queue', { queue: 'later' })],
    ['monitor', () => this.#monitor('start-monitoring')],
    ['monitor no more', () => this.#monitor('stop-monitoring')],
    ['the other takes', () => this.#otherTakes()],
    ['the other ends', () => this.#otherEnds()],
    ['switch', () => this.#switch()],
    ['time-out', () => this.#timeOut()],
    ['not ready', () => this.#post('/media/chat/not-ready')],
    ['ready', () => this.#post('/media/chat/ready')],
    ['link lost', () => this.#blink()],
    ['late revoke', () => this.#lateRevoke()],
    ['node lost', () => this.#move()],
  ];

  async step(): Promise<void> {
    const [name, deed] = this.#deeds[this.#random(this.#deeds.length)] ?? ['', () => undefined];
    this.story.push(name);
    await deed();
    await this.#settle();
    this.#check();
  }

  #offer(): void {
    const item = this.#board.submit(this.#random(2) === 0 ? 'chat' : 'workitem');
    this.#board.invite(item, me);
  }
  async #each(wanted: (item: FakeItem) => boolean, verb: string, data: object = {}): Promise<void> {
    const item = this.#pick(this.#own.filter(wanted));
    if (item === undefined) return;
    const { mediaType, interactionID } = item.properties;
    await this.#post(`/media/${mediaType}/interactions/${interactionID}/${verb}`, data);
  }
  #customer(): void {
    const item = this.#pick([...this.#board.items.values()].filter(each => each.chat?.open === true));
    if (item !== undefined) this.#board.line(item, { type: 'Text', nickname: 'Customer', userType: 'Customer', text: 'x' });
  }
  get #monitored(): FakeItem[] {
    return [...this.#board.items.values()].filter(item => item.observers.has(me));
  }
  #monitor(verb: 'start-monitoring' | 'stop-monitoring'): Promise<void> {
    const how = { monitoringMode: 'Coach', monitoringNextInteractionType: 'AllInteractions' };
    if (this.#board.wishes.length > 0 === (verb === 'start-monitoring')) return Promise.resolve();
    return this.#post(`/media/chat/${verb}`, { agentId: other, ...how });
  }
  async #switch(): Promise<void> {
    const item = this.#pick(this.#monitored);
    const verb = ['monitor', 'coach', 'barge-in'][this.#random(3)] ?? '';
    if (item !== undefined) await this.#post(`/media/chat/interactions/${item.properties.interactionID}/switch-to-${verb}`);
  }
  #otherTakes(): void {
    const item = this.#board.submit('chat');
    this.#board.handle(item, other);
    if (this.#board.wishes.length === 0) return;
    item.observers.set(me, { targetAgentID: other, mode: 'Monitor' });
    observe(this.#board, item, { agentID: me, mode: 'Monitor' });
  }
  #otherEnds(): void {
    const item = this.#pick(this.#monitored);
    if (item === undefined) return;
    item.agentID = undefined;
    item.properties = { ...item.properties, state: 'Stopped' };
    unobserve(this.#board, item, me);
  }
  #timeOut(): void {
    const item = this.#pick(this.#own.filter(each => each.ticketID !== undefined));
    if (item !== undefined) this.#board.revoke(item, 8);
  }
  #lateRevoke(): void {
    const item = this.#pick(this.#own.filter(each => each.ticketID === undefined));
    if (item !== undefined) this.#board.revoke(item, 13);
  }
  async #blink(): Promise<void> {
    this.#bench.ixn.lose();
    this.#customer();
    await flush();
    this.#bench.ixn.restore();
  }
  async #move(): Promise<void> {
    const { bench: from, passport } = { bench: this.#bench, passport: this.#bench.ownership.passports.get(user) };
    from.ixn.lose();
    this.#customer();
    const taken = this.#pick(
      [...this.#board.items.values()].filter(item => item.agentID === undefined && item.properties.state === 'Queued'),
    );
    if (taken !== undefined && this.#random(4) === 0) this.#board.handle(taken, '7002');
    const to = createBench({}, { east: from.east, west: from.west, clock: from.clock, board: from.ixn.board });
    to.ownership.epoch = this.#epoch += 100;
    const key = { tenant: 'acme', person: user };
    this.#bench = to;
    this.#heard = 0;
    await to.workspace.hooks.adopt(key, to.ownership.own(key), JSON.parse(JSON.stringify(passport)));
    from.workspace.stop();
  }

  #check(): void {
    const story = this.story.join(', ');
    const stands = (item: FakeItem): boolean => item.ticketID !== undefined;
    expect([...this.mirror.states].map(([id, state]) => [id, state === 'Invited']).sort(), story).toEqual(
      [...this.#own, ...this.#monitored].map(item => [item.properties.interactionID, stands(item)]).sort(),
    );
    expect([...this.mirror.wishes], story).toEqual(this.#board.wishes.map(wish => wish.targetAgentID));
    const media = [...(this.#board.agents.get(me)?.media ?? [])].map(([name, { state }]) => [name, state]);
    expect([...this.mirror.media].sort(), story).toEqual(media.sort());
    for (const [id, lines] of this.mirror.lines) {
      const expected = Array.from({ length: lines.length }, (_, index) => (lines[0] ?? 0) + index);
      expect(lines, `${id}: ${story}`).toEqual(expected);
      if (this.mirror.states.get(id) === 'Chat') expect(lines.at(-1), `${id}: ${story}`).toBe(this.#board.item(id).chat?.lines.length);
    }
  }
}

it.each(Array.from({ length: 40 }, (_, seed) => seed))('day %i: what the client was told is what the server has', async seed => {
  const day = await Day.begin(seed);
  for (let step = 0; step < 40; step += 1) await day.step();
});
