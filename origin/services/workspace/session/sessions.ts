import type { AgentSessionKey, Owned } from '../../../contracts/ownership.ts';
import { leaveDigital, quietDigital } from '../digital/life.ts';
import { leave } from '../voice/leave.ts';
import { send } from '../voice/send.ts';
import { AgentSession } from './agent-session.ts';
import type { SessionParts } from './parts.ts';

const nameOf = (key: AgentSessionKey): string => JSON.stringify([key.tenant, key.person]);
/** How often sessions are looked at for lingering. */
const sweepMs = 5_000;

/** The agent sessions that this node owns. */
export class Sessions {
  readonly #byName = new Map<string, AgentSession>();
  readonly #parts: SessionParts;
  #cancel: (() => void) | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(sweepMs, () => {
      for (const session of this.#byName.values()) this.#linger(session);
      this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
    for (const session of this.#byName.values()) session.stop();
    this.#byName.clear();
  }

  get size(): number {
    return this.#byName.size;
  }

  all(): Iterable<AgentSession> {
    return this.#byName.values();
  }

  get(key: AgentSessionKey): AgentSession | undefined {
    const session = this.#byName.get(nameOf(key));
    return session?.alive === true ? session : undefined;
  }

  /** The session under this ownership; a new one when there is none, or when it belonged to an ownership that ended. */
  under(owned: Owned): AgentSession {
    const known = this.get(owned.key);
    if (known?.owned === owned) return known;
    return this.put(new AgentSession(owned.key, owned, this.#parts));
  }

  put(session: AgentSession): AgentSession {
    this.#byName.get(nameOf(session.key))?.stop();
    this.#byName.set(nameOf(session.key), session);
    return session;
  }

  drop(key: AgentSessionKey): void {
    this.#byName.get(nameOf(key))?.stop();
    this.#byName.delete(nameOf(key));
  }

  /** Ends the session for good: logged out, unregistered, nobody's. */
  async end(session: AgentSession, reason: 'logout' | 'linger', stampMs: number): Promise<void> {
    await leaveDigital(session, stampMs);
    await leave(session, reason, stampMs);
    if (this.#byName.get(nameOf(session.key)) === session) this.#byName.delete(nameOf(session.key));
  }

  #idleMs(session: AgentSession): number {
    const nowMs = this.#parts.clock.now();
    return nowMs - Math.max(session.sinceMs, session.attachments.lastSeenMs(nowMs));
  }

  /** Nobody is attached: first no new calls, later logged out. Whoever comes back in time finds everything as it was. */
  #linger(session: AgentSession): void {
    const { clock, times } = this.#parts;
    const idleMs = this.#idleMs(session);
    if (idleMs < times.lingerNotReadyMs || !session.owned.current) return;
    if (idleMs >= times.lingerLogoutMs) {
      void session.run(async () => {
        // Somebody may have come back, or it ended already, while this waited for its turn.
        if (session.alive && this.#idleMs(session) >= times.lingerLogoutMs) await this.end(session, 'linger', clock.now());
      });
      return;
    }
    quietDigital(session);
    const { channel } = session.state;
    if (channel?.agentState !== 'Ready') return;
    const command = { messageName: 'RequestAgentNotReady', thisDN: channel.dn } as const;
    void session.run(() => send(session, command, { stampMs: clock.now() }));
  }
}
