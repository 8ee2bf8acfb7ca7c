/** What of a client's events may have been lost on the way, behind our back: whoever relays may die between us and the client. */
interface Sent {
  /** Told since the last answer went out. */
  pending: { readonly atMs: number; readonly data: unknown; readonly pushed: boolean }[];
  /** What the last answer carried. */
  carried: readonly unknown[];
  answeredAtMs: number;
  brokeAtMs: number | undefined;
}

/** A client that got its answer connects again at once; one that did not backs off for a second first (CometD's clients, ours). */
const lateMs = 800;
/** A connection may have been dead so long before we were told. */
const silentMs = 30_000;
/** What cannot be told from the state is told again only when it was on its way at that moment: most of the time the break is known at once. */
const lastMomentsMs = 2_000;
const maxKept = 50;

/**
 * Remembers for each client the events of its last answer. Without acknowledgements in the protocol nobody else notices when the edge dies with an
 * answer in its hands: we have written it, the client has not got it.
 */
export class MissedEvents {
  readonly #clients = new Map<string, Sent>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** `pushed`: into an open WebSocket; else it waits for a connect. */
  told(clientId: string, data: unknown, pushed: boolean): void {
    const sent = this.#clients.get(clientId) ?? { pending: [], carried: [], answeredAtMs: 0, brokeAtMs: undefined };
    this.#clients.set(clientId, sent);
    if (sent.pending.length >= maxKept) sent.pending.shift();
    sent.pending.push({ atMs: this.#nowMs(), data, pushed });
  }

  /** An answer to a connect was written whole. */
  answered(clientId: string): void {
    const sent = this.#clients.get(clientId);
    if (sent === undefined) return;
    sent.carried = sent.pending.map(each => each.data);
    sent.pending = [];
    sent.answeredAtMs = this.#nowMs();
  }

  /** A connect has come: what the answer before it carried, when this one is late; else nothing. */
  connecting(clientId: string): readonly unknown[] {
    const sent = this.#clients.get(clientId);
    if (sent === undefined || sent.carried.length === 0) return [];
    const { carried } = sent;
    sent.carried = [];
    return this.#nowMs() - sent.answeredAtMs > lateMs ? carried : [];
  }

  /** What waits for a connect, or is in an answer after which none has come. */
  unheard(clientId: string): readonly unknown[] {
    const sent = this.#clients.get(clientId);
    if (sent === undefined) return [];
    return [...sent.carried, ...sent.pending.flatMap(each => (each.pushed ? [] : [each.data]))];
  }

  /** The client's WebSocket broke, as far as we can see, just now. */
  broke(clientId: string): void {
    const sent = this.#clients.get(clientId);
    if (sent !== undefined) sent.brokeAtMs = this.#nowMs();
  }

  /**
   * A new WebSocket of the client after one that broke: what was pushed into that one in its last moments. Undefined when nothing was pushed into it for so long that
   * the state cannot have changed behind the client's back.
   */
  reopened(clientId: string): readonly unknown[] | undefined {
    const sent = this.#clients.get(clientId);
    const brokeAtMs = sent?.brokeAtMs;
    if (sent === undefined || brokeAtMs === undefined) return undefined;
    const pushed = sent.pending.filter(each => each.pushed && each.atMs >= brokeAtMs - silentMs);
    sent.pending = [];
    sent.brokeAtMs = undefined;
    return pushed.length === 0 ? undefined : pushed.filter(each => each.atMs >= brokeAtMs - lastMomentsMs).map(each => each.data);
  }

  forget(clientId: string): void {
    this.#clients.delete(clientId);
  }
}
