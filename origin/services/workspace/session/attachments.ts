import type { MovableClient, NotificationHub } from '../../../contracts/notifications.ts';

/** One web session (a cookie) of an agent session, with its Bayeux clients. */
export interface Attachment {
  readonly sid: string;
  readonly expiresAtMs: number;
  /** Settings and user properties as plain objects instead of kv lists. */
  flat: boolean;
  /** Its last request. */
  lastSeenMs: number;
  /** When its last Bayeux client left; 0 when none did. */
  leftMs: number;
  /** Until then a token lives that was given for it at this node. */
  tokenUntilMs: number;
  readonly clients: Set<string>;
}

const maxAttachments = 16;
const maxClients = 8;
/** A web session without a Bayeux client counts as present this long after a request; one whose client left needs a request since then. */
const presentMs = 60_000;
/**
 * So long after its last subscription a client travels as if it were subscribed to everything. Its subscriptions are answered before they are
 * written: another node that knew only some of them would leave it deaf for good, while clients drop what they did not subscribe to.
 */
export const settleMs = 500;

/** The web sessions and Bayeux clients of one agent session; bounded, the longest idle give way. */
export class Attachments {
  readonly #bySid = new Map<string, Attachment>();
  readonly #sidOf = new Map<string, string>();
  readonly #changedMs = new Map<string, number>();
  readonly #evict: (clientId: string) => void;

  constructor(evict: (clientId: string) => void) {
    this.#evict = evict;
  }

  attach(sid: string, expiresAtMs: number, nowMs: number, flat = false): Attachment {
    const known = this.#bySid.get(sid);
    if (known !== undefined) {
      known.lastSeenMs = nowMs;
      known.flat ||= flat;
      return known;
    }
    if (this.#bySid.size >= maxAttachments) this.#dropLongestIdle();
    const attachment: Attachment = { sid, expiresAtMs, flat, lastSeenMs: nowMs, leftMs: 0, tokenUntilMs: 0, clients: new Set() };
    this.#bySid.set(sid, attachment);
    return attachment;
  }

  get(sid: string): Attachment | undefined {
    return this.#bySid.get(sid);
  }

  addClient(sid: string, clientId: string): void {
    const attachment = this.#bySid.get(sid);
    if (attachment === undefined) return;
    attachment.clients.add(clientId);
    this.#sidOf.set(clientId, sid);
    const oldest = attachment.clients.values().next().value;
    if (attachment.clients.size > maxClients && oldest !== undefined) {
      this.removeClient(oldest, attachment.leftMs);
      this.#evict(oldest);
    }
  }

  removeClient(clientId: string, nowMs: number): void {
    const attachment = this.#bySid.get(this.#sidOf.get(clientId) ?? '');
    this.#sidOf.delete(clientId);
    this.#changedMs.delete(clientId);
    if (attachment === undefined) return;
    attachment.clients.delete(clientId);
    attachment.leftMs = nowMs;
  }

  /** Takes the web session out and answers its clients, which nobody serves any more. */
  detach(sid: string): string[] {
    const attachment = this.#bySid.get(sid);
    if (attachment === undefined) return [];
    this.#bySid.delete(sid);
    for (const clientId of attachment.clients) {
      this.#sidOf.delete(clientId);
      this.#changedMs.delete(clientId);
    }
    return [...attachment.clients];
  }

  /** It came, or its subscriptions changed. */
  unsettle(clientId: string, nowMs: number): void {
    if (this.#sidOf.has(clientId)) this.#changedMs.set(clientId, nowMs);
  }

  /** Whether its subscriptions have been the same for a while. */
  isSettled(clientId: string, nowMs: number): boolean {
    return nowMs - (this.#changedMs.get(clientId) ?? -Infinity) >= settleMs;
  }

  clients(): Iterable<string> {
    return this.#sidOf.keys();
  }

  get count(): number {
    return this.#bySid.size;
  }

  get clientCount(): number {
    return this.#sidOf.size;
  }

  flatFor(clientId: string): boolean {
    const sid = this.#sidOf.get(clientId);
    return sid !== undefined && this.#bySid.get(sid)?.flat === true;
  }

  /** Web sessions that somebody uses. */
  present(nowMs: number): number {
    const uses = (each: Attachment): boolean =>
      each.clients.size > 0 || (each.lastSeenMs > each.leftMs && nowMs - each.lastSeenMs < presentMs);
    return [...this.#bySid.values()].filter(uses).length;
  }

  /** When somebody was last here; now, while a Bayeux client is. */
  lastSeenMs(nowMs: number): number {
    if (this.#sidOf.size > 0) return nowMs;
    return Math.max(0, ...[...this.#bySid.values()].flatMap(each => [each.lastSeenMs, each.leftMs]));
  }

  all(): Iterable<Attachment> {
    return this.#bySid.values();
  }

  #dropLongestIdle(): void {
    const idle = [...this.#bySid.values()].sort((a, b) => a.clients.size - b.clients.size || a.lastSeenMs - b.lastSeenMs)[0];
    if (idle === undefined) return;
    for (const clientId of this.detach(idle.sid)) this.#evict(clientId);
  }
}

const everything = '/workspace/v3/**';

/** What of the clients travels. */
export const describeClients = (attachments: Attachments, attachment: Attachment, hub: NotificationHub, nowMs: number): MovableClient[] =>
  [...attachment.clients].flatMap(id => {
    const client = hub.describe(id);
    if (client === undefined) return [];
    return [attachments.isSettled(id, nowMs) ? client : { ...client, subscriptions: [everything] }];
  });

/** Whether the client came from another node in the middle of its subscriptions. */
export const cameUnsettled = (client: Pick<MovableClient, 'subscriptions'>): boolean => client.subscriptions.includes(everything);
