import { setTimeout as sleep } from 'node:timers/promises';
import { FloorAgent } from './agent.ts';
import type { CallView } from './view.ts';
import { Cookies, send } from './http.ts';
import type { Ledger } from './ledger.ts';

/** When people of this floor pause, and when they go home. */
export interface Pace {
  thinkMs: number;
  /** No new call is begun. */
  quiet: boolean;
  /** Calls may end by themselves: their site is lost. */
  callsMayEnd: boolean;
  /** Until then (epoch ms) a customer may reach a phone at the other site where nobody is logged in yet; it answers by itself. */
  unattendedUntilMs: number;
}

const text = (key: string, value: string): object => ({ key, type: 'str', value });
const think = (pace: Pace): Promise<void> => sleep(pace.thinkMs * (0.5 + Math.random()));

/** One agent's hand on one call. */
class Hand {
  readonly agent: FloorAgent;
  readonly caseId: string;
  readonly #pace: Pace;

  constructor(agent: FloorAgent, caseId: string, pace: Pace) {
    this.agent = agent;
    this.caseId = caseId;
    this.#pace = pace;
  }

  #seen = false;

  get call(): CallView | undefined {
    const call = this.agent.view.byCase(this.caseId);
    this.#seen ||= call !== undefined;
    return call;
  }

  /** The call ended although nobody here released it: allowed when its site is lost. */
  get broken(): boolean {
    const { call } = this;
    return this.#pace.callsMayEnd && this.#seen && (call === undefined || call.state === 'Released');
  }

  /** Waits until the call is in a state; whoever acts for it is someone else. */
  sees(state: CallView['state'], note?: string, other?: Hand): Promise<boolean> {
    const shown = (): boolean =>
      this.broken || other?.broken === true || (this.call?.state === state && (note === undefined || this.call.note === note));
    return this.agent.expect(`${this.caseId} ${state} ${note ?? ''}`, shown);
  }

  async does(verb: 'answer' | 'hold' | 'retrieve' | 'release', state: CallView['state']): Promise<boolean> {
    const { call } = this;
    if (call === undefined && !this.#pace.callsMayEnd) this.agent.misses(`${verb} ${this.caseId}`);
    if (call === undefined || this.broken) return false;
    if (verb === 'hold') this.agent.view.willHold(call.id);
    const shown = (): boolean => this.broken || this.call?.state === state;
    return (await this.agent.act(`/voice/calls/${call.id}/${verb}`, {}, shown)) && !this.broken;
  }

  async notes(): Promise<string | undefined> {
    const { call } = this;
    if (call === undefined || this.broken) return undefined;
    const note = FloorAgent.mark();
    const data = { userData: [text('note', note)] };
    const shown = (): boolean => this.broken || this.call?.note === note;
    return (await this.agent.act(`/voice/calls/${call.id}/update-user-data`, data, shown)) ? note : undefined;
  }

  async completes(): Promise<void> {
    const { call } = this;
    if (call === undefined) return;
    const shown = (): boolean => !this.agent.view.calls.has(call.id);
    await this.agent.act(`/voice/calls/${call.id}/complete`, { userData: [] }, shown);
  }
}

/** Away for a moment with a reason nobody else has, then back. */
export async function breathe(agent: FloorAgent, pace: Pace): Promise<void> {
  const reasonCode = FloorAgent.mark();
  await agent.act('/voice/not-ready', { reasonCode }, () => agent.view.reason === reasonCode);
  if (pace.thinkMs > 0) await think(pace);
  await agent.act('/voice/ready', {}, () => agent.view.agentState === 'Ready');
}

async function talk(hand: Hand, others: readonly Hand[], pace: Pace): Promise<void> {
  await think(pace);
  const note = await hand.notes();
  if (note !== undefined) for (const other of others) await other.sees('Established', note);
  await think(pace);
  if (await hand.does('hold', 'Held')) {
    await think(pace);
    await hand.does('retrieve', 'Established');
  }
  await think(pace);
}

async function end(hands: readonly Hand[]): Promise<void> {
  for (const hand of hands) if (hand.call !== undefined) await hand.sees('Released');
  for (const hand of hands) await hand.completes();
}

/** Two colleagues call each other, again and again. */
export async function colleagues(one: FloorAgent, other: FloorAgent, pace: Pace): Promise<void> {
  await think(pace);
  for (let turn = 0; !pace.quiet; turn += 1) {
    const [caller, called] = turn % 2 === 0 ? [one, other] : [other, one];
    const caseId = FloorAgent.mark();
    const hands = [new Hand(caller, caseId, pace), new Hand(called, caseId, pace)] as const;
    const [mine, theirs] = hands;
    const begun = await caller.act(
      '/voice/make-call',
      { destination: called.dn, userData: [text('case', caseId)] },
      () => mine.call !== undefined,
    );
    if (begun && (await theirs.sees('Ringing', undefined, mine))) {
      await theirs.does('answer', 'Established');
      await mine.sees('Established');
      await talk(theirs, [mine], pace);
      await mine.does('release', 'Released');
    }
    await end(hands);
    await breathe(caller, pace);
    await think(pace);
  }
}

let customers = 0;
const unattendedMs = 3_000;

/** Customers call one agent, again and again. */
export async function customersOf(agent: FloorAgent, url: string, pace: Pace, ledger: Ledger): Promise<void> {
  const cookies = new Cookies();
  await think(pace);
  while (!pace.quiet) {
    await serveStrays(agent, pace);
    customers += 1;
    const attended = Date.now() > pace.unattendedUntilMs;
    const body = JSON.stringify({ from: `+1555${String(customers % 10_000_000).padStart(7, '0')}`, to: agent.dn });
    const answer = await send(`${url}/simulator/calls`, { method: 'POST', cookies, body, timeoutMs: 10_000 });
    // Customers are not the product: one that is not put through calls again, unless the phone rings after all.
    if (answer.status !== 200) {
      ledger.tell(`a customer of ${agent.user}: HTTP ${answer.status} ${answer.text.slice(0, 80)}`);
      await agent.view.until(() => [...agent.view.calls.values()].some(call => call.state === 'Ringing'), unattendedMs);
      continue;
    }
    const { call } = JSON.parse(answer.text) as { call: string };
    if (attended || (await agent.view.until(() => agent.view.calls.has(call), unattendedMs))) await serve(agent, call, pace);
    await breathe(agent, pace);
    await think(pace);
  }
  await serveStrays(agent, pace);
}

/** A customer whose fate was unknown may be put through much later: when a frozen region thaws, which had the request. */
async function serveStrays(agent: FloorAgent, pace: Pace): Promise<void> {
  for (const call of [...agent.view.calls.values()]) if (call.state === 'Ringing') await serve(agent, call.id, pace);
}

async function serve(agent: FloorAgent, id: string, pace: Pace): Promise<void> {
  const rings = (): boolean => agent.view.calls.has(id);
  const may = (): boolean => rings() || (pace.callsMayEnd && agent.view.isOver(id));
  if (!(await agent.expect(`customer ${id} Ringing`, may)) || !rings()) return;
  const shown = (): boolean => agent.view.calls.get(id)?.state === 'Established' || (pace.callsMayEnd && !isLive(agent, id));
  if (await agent.act(`/voice/calls/${id}/answer`, {}, shown)) {
    const caseId = FloorAgent.mark();
    const hand = new Hand(agent, caseId, pace);
    const data = { userData: [text('case', caseId)] };
    const named = (): boolean => hand.call !== undefined || (pace.callsMayEnd && !isLive(agent, id));
    if (await agent.act(`/voice/calls/${id}/update-user-data`, data, named)) {
      await talk(hand, [], pace);
      await hand.does('release', 'Released');
    }
  }
  if (!agent.view.calls.has(id)) return;
  await agent.expect(`customer ${id} Released`, () => !isLive(agent, id));
  await agent.act(`/voice/calls/${id}/complete`, { userData: [] }, () => !agent.view.calls.has(id));
}

const isLive = (agent: FloorAgent, id: string): boolean => {
  const state = agent.view.calls.get(id)?.state;
  return state !== undefined && state !== 'Released';
};
