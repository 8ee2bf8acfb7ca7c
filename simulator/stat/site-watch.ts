import type { DnSnapshotWire, KvList, TlibEvent } from '@handover/shared/genesys';
import { actionsOf, applyEvent, dnFromSnapshot, emptyDn, statusOf, type DnState, type WatchedCall } from './dn-state.ts';
import { actionTarget, statusKey, statusTarget, type Fact } from './facts.ts';

/** What the watch asks of the configuration. */
export interface Directory {
  isRoutePoint(dn: string): boolean;
  /** Employee id of the person with an agent login. */
  ownerOf(agentId: string): string | undefined;
  agents(): Iterable<string>;
}

interface Shown {
  action: string;
  reasons: KvList;
}
/** A call that came by a route point and has not been answered. */
interface Waiting {
  queue: string;
  since: number;
}

const maxWaiting = 10_000;
const shownAs = (action: string): Shown => ({ action, reasons: [] });

/** Turns a switch's events into facts about its DNs, route points and agents. Pure: time comes with each call. */
export class SiteWatch {
  readonly #directory: Directory;
  readonly #dns = new Map<string, DnState>();
  readonly #shown = new Map<string, Map<string, Shown>>();
  readonly #waiting = new Map<string, Waiting>();
  /** When the calls that are talked on were answered, by DN and ConnID. */
  readonly #talking = new Map<string, number>();
  readonly #dnsOf = new Map<string, Set<string>>();
  #facts: Fact[] = [];

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** A DN as it is now, after registering it. */
  snapshot(number: string, snapshot: DnSnapshotWire, at: number): Fact[] {
    const before = this.#dns.get(number) ?? emptyDn();
    const dn = dnFromSnapshot(snapshot);
    this.#dns.set(number, dn);
    for (const connId of before.calls.keys()) if (!dn.calls.has(connId)) this.#talking.delete(`${number} ${connId}`);
    for (const call of snapshot.calls) {
      if (this.#directory.isRoutePoint(number)) this.#wait(call.connID, number, call.startedAt);
      else if (call.legState === 'Established' || call.legState === 'Held') this.#talking.set(`${number} ${call.connID}`, at);
    }
    this.#show(number, dn, before.agentId, at);
    return this.#take();
  }

  event(event: TlibEvent, at: number): Fact[] {
    const number = event.thisDN;
    if (number === undefined) return [];
    const dn = this.#dns.get(number) ?? emptyDn();
    this.#dns.set(number, dn);
    const agentBefore = dn.agentId;
    const callBefore = dn.calls.get(event.connID ?? '');
    applyEvent(dn, event);
    if (event.connID !== undefined) {
      if (this.#directory.isRoutePoint(number)) this.#queueEvent(number, event, callBefore, at);
      else this.#phoneEvent(number, dn, event, callBefore, at);
    }
    this.#show(number, dn, agentBefore, at);
    return this.#take();
  }

  /** Every DN has been read: who is not logged in anywhere is logged out. */
  complete(at: number): Fact[] {
    for (const agent of this.#directory.agents()) this.#showAgent(agent, at);
    return this.#take();
  }

  /** Nothing is known of these DNs any more: whoever was logged in there no longer is. */
  forget(numbers: Iterable<string>, at: number): Fact[] {
    for (const number of numbers) {
      const before = this.#dns.get(number);
      if (before === undefined) continue;
      for (const connId of before.calls.keys()) this.#talking.delete(`${number} ${connId}`);
      const dn = emptyDn();
      this.#dns.set(number, dn);
      this.#show(number, dn, before.agentId, at);
    }
    return this.#take();
  }

  #queueEvent(number: string, event: TlibEvent, callBefore: WatchedCall | undefined, at: number): void {
    const connId = event.connID ?? '';
    const target = actionTarget('dn', number);
    const durationMs = at - (this.#waiting.get(connId)?.since ?? at);
    if (event.messageName === 'EventQueued' && callBefore === undefined) {
      this.#wait(connId, number, at);
      this.#facts.push({ kind: 'happened', at, target, action: 'CallEntered', durationMs: 0 });
    } else if (event.messageName === 'EventDiverted' && callBefore !== undefined)
      this.#facts.push({ kind: 'happened', at, target, action: 'CallDistributed', durationMs });
    else if ((event.messageName === 'EventAbandoned' || event.messageName === 'EventReleased') && callBefore !== undefined) {
      if (event.messageName === 'EventAbandoned') this.#facts.push({ kind: 'happened', at, target, action: 'CallAbandoned', durationMs });
      this.#waiting.delete(connId);
    }
  }

  #phoneEvent(number: string, dn: DnState, event: TlibEvent, callBefore: WatchedCall | undefined, at: number): void {
    const connId = event.connID ?? '';
    const key = `${number} ${connId}`;
    const call = dn.calls.get(connId);
    if (event.previousConnID !== undefined) this.#rename(`${number} ${event.previousConnID}`, key);
    if (call?.leg === 'Established' && !this.#talking.has(key)) {
      this.#talking.set(key, at);
      this.#tellAgent(number, dn.agentId, `Call${call.callType}Started`, 0, at);
      const waiting = this.#waiting.get(connId);
      if (waiting === undefined || call.queue !== waiting.queue) return;
      this.#waiting.delete(connId);
      const target = actionTarget('dn', waiting.queue);
      this.#facts.push({ kind: 'happened', at, target, action: 'CallAnswered', durationMs: at - waiting.since });
    } else if (call === undefined) {
      const since = this.#talking.get(key);
      this.#talking.delete(key);
      if (since !== undefined && callBefore !== undefined)
        this.#tellAgent(number, dn.agentId, `Call${callBefore.callType}Completed`, at - since, at);
      if (event.messageName === 'EventAbandoned') this.#waiting.delete(connId);
    }
  }

  #rename(from: string, to: string): void {
    const since = this.#talking.get(from);
    this.#talking.delete(from);
    if (since !== undefined && !this.#talking.has(to)) this.#talking.set(to, since);
  }

  #wait(connId: string, queue: string, at: number): void {
    // Back in the queue after nobody answered: the customer has been waiting all the time.
    this.#waiting.set(connId, { queue, since: this.#waiting.get(connId)?.since ?? at });
    const oldest = this.#waiting.keys().next().value;
    if (this.#waiting.size > maxWaiting && oldest !== undefined) this.#waiting.delete(oldest);
  }

  #tellAgent(number: string, agentId: string | undefined, action: string, durationMs: number, at: number): void {
    this.#facts.push({ kind: 'happened', at, target: actionTarget('dn', number), action, durationMs });
    const agent = agentId === undefined ? undefined : this.#directory.ownerOf(agentId);
    if (agent !== undefined) this.#facts.push({ kind: 'happened', at, target: actionTarget('agent', agent), action, durationMs });
  }

  #show(number: string, dn: DnState, agentBefore: string | undefined, at: number): void {
    const before = agentBefore === undefined ? undefined : this.#directory.ownerOf(agentBefore);
    const now = dn.agentId === undefined ? undefined : this.#directory.ownerOf(dn.agentId);
    if (this.#directory.isRoutePoint(number)) {
      const waits = [...dn.calls.keys()].map(connId => [connId, shownAs('CallWait')] as const);
      return this.#become(actionTarget('dn', number), new Map(waits), at);
    }
    const actions = [...actionsOf(dn)].map(([key, action]) => [key, shownAs(action)] as const);
    this.#become(actionTarget('dn', number), new Map(actions), at);
    const { status, reasons } = statusOf([dn]);
    this.#become(statusTarget('dn', number), new Map([[statusKey, { action: status, reasons }]]), at);
    if (before !== undefined && before !== now) this.#dnsOf.get(before)?.delete(number);
    if (now !== undefined) this.#dnsOf.set(now, (this.#dnsOf.get(now) ?? new Set()).add(number));
    for (const agent of new Set([before, now])) if (agent !== undefined) this.#showAgent(agent, at);
  }

  #showAgent(agent: string, at: number): void {
    const numbers = [...(this.#dnsOf.get(agent) ?? [])];
    const dns = numbers.flatMap(number => this.#dns.get(number) ?? []);
    const { status, reasons } = statusOf(dns);
    const actions = numbers.flatMap(number =>
      [...actionsOf(this.#dns.get(number) ?? emptyDn())].map(([key, action]) => [`${number} ${key}`, shownAs(action)] as const),
    );
    this.#become(statusTarget('agent', agent), new Map([[statusKey, { action: status, reasons }]]), at);
    this.#become(actionTarget('agent', agent), new Map(actions), at);
  }

  /** Ends what is no longer, begins what is new. A status with other reasons is a new one. */
  #become(target: string, wanted: ReadonlyMap<string, Shown>, at: number): void {
    const shown = this.#shown.get(target) ?? new Map<string, Shown>();
    this.#shown.set(target, shown);
    for (const [key, { action, reasons }] of shown) {
      const next = wanted.get(key);
      if (next?.action === action && JSON.stringify(next.reasons) === JSON.stringify(reasons)) continue;
      shown.delete(key);
      this.#facts.push({ kind: 'end', at, target, key, action });
    }
    for (const [key, next] of wanted) {
      if (shown.has(key)) continue;
      shown.set(key, next);
      this.#facts.push({ kind: 'begin', at, target, key, ...next });
    }
  }

  #take(): Fact[] {
    const facts = this.#facts;
    this.#facts = [];
    return facts;
  }
}
