import type { Clock } from '@handover/shared/time';
import type { PhoneCall } from '../kernel/index.ts';
import type { FromWorld } from './protocol.ts';

/** After how long a phone that nobody is logged in at, and every external number, answers by itself. */
export const selfAnswerMs = 300;
/** How long simulated parties stay in a call that no logged-in agent is in any more. */
export const lonelyMs = 500;

interface Habit {
  afterMs: number;
  message: FromWorld;
}

/**
 * The phones and customers of a site. They know of calls what the SIP Server tells them, act by themselves after a while, and keep talking when
 * the server is gone: media does not need it.
 */
export class Phones {
  readonly #calls = new Map<string, PhoneCall>();
  /** Running timers by call, then by what they will do. */
  readonly #timers = new Map<string, Map<string, () => void>>();
  readonly #clock: Clock;
  readonly #tell: (message: FromWorld) => void;

  constructor(clock: Clock, tell: (message: FromWorld) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  get(connId: string): PhoneCall | undefined {
    return this.#calls.get(connId);
  }

  all(): PhoneCall[] {
    return [...this.#calls.values()];
  }

  /** A call as it is now; each time the whole of it. */
  update(call: PhoneCall): void {
    this.#calls.set(call.connId, call);
    this.#follow(call.connId, habits(call));
  }

  ended(connId: string): void {
    this.#calls.delete(connId);
    this.#follow(connId, new Map());
    this.#timers.delete(connId);
  }

  /** A server has taken over and knows these calls only. */
  keepOnly(connIds: readonly string[]): void {
    const known = new Set(connIds);
    for (const connId of [...this.#calls.keys()]) {
      // What a phone told the old server may be lost: every phone acts anew.
      this.#follow(connId, new Map());
      if (!known.has(connId)) this.ended(connId);
    }
  }

  #follow(connId: string, wanted: Map<string, Habit>): void {
    const running = this.#timers.get(connId) ?? new Map<string, () => void>();
    this.#timers.set(connId, running);
    for (const [key, stop] of running) {
      if (wanted.has(key)) continue;
      stop();
      running.delete(key);
    }
    for (const [key, { afterMs, message }] of wanted) {
      if (running.has(key)) continue;
      const run = (): void => {
        running.delete(key);
        this.#tell(message);
      };
      running.set(key, this.#clock.after(afterMs, run));
    }
  }
}

function habits({ connId, parties, ...call }: PhoneCall): Map<string, Habit> {
  const wanted = new Map<string, Habit>();
  for (const { number, kind, state, attended } of parties)
    if (state === 'Ringing' && kind !== 'routePoint' && !attended)
      wanted.set(`answer ${number}`, { afterMs: selfAnswerMs, message: { messageName: 'PhoneAnswer', connId, number } });
  if (isLonely({ connId, parties, ...call })) wanted.set('hang up', { afterMs: lonelyMs, message: { messageName: 'PhoneHangup', connId } });
  return wanted;
}

/** No logged-in agent is left in it, or none ever was and it is answered. A call that waits in a queue is not lonely. */
export function isLonely(call: PhoneCall): boolean {
  if (call.parties.some(party => party.attended || party.state === 'Queued')) return false;
  return call.everAttended || call.parties.every(party => party.state === 'Established' || party.state === 'Held');
}
