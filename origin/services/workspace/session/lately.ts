import type { Call } from '../calls/call.ts';
import type { Told } from './reduce.ts';

/** A client that was told nothing for so long has heard of it, or has looked for itself. */
const toldAgainMs = 10_000;
const maxKept = 8;

/** A call that was completed, and when (wall clock ms). */
export interface Ended {
  readonly connId: string;
  readonly atMs: number;
}

/** What is known of a call by its id alone. */
export const bareCall = (connId: string, state: Call['state'], startedAtMs: number): Call => ({
  connId,
  callUuid: '',
  callType: 'Unknown',
  state,
  parties: [],
  userData: [],
  extensions: [],
  recordingState: 'Stopped',
  startedAtMs,
});

/**
 * The calls that were completed a moment ago. No snapshot shows them any more; when the session moves before its clients have fetched that event, the
 * next node tells them once more.
 */
export class Lately {
  #ended: readonly Ended[] = [];

  note(told: readonly Told[], nowMs: number): void {
    const fresh = told.flatMap(each =>
      each.kind === 'call' && each.call.state === 'Completed' ? [{ connId: each.call.connId, atMs: nowMs }] : [],
    );
    if (fresh.length > 0) this.#ended = [...this.#ended, ...fresh].slice(-maxKept);
  }

  /** Goes on from what another node remembered. */
  restore(ended: readonly Ended[]): void {
    this.#ended = ended.slice(-maxKept);
  }

  /** Those that may not have been heard of; the rest is forgotten. */
  current(nowMs: number): readonly Ended[] {
    return (this.#ended = this.#ended.filter(each => nowMs - each.atMs < toldAgainMs));
  }

  /** As a part of a snapshot: clients may know of it. */
  toldAgain(nowMs: number): Told[] {
    return this.current(nowMs).map(each => ({
      kind: 'call',
      call: bareCall(each.connId, 'Completed', each.atMs),
      notification: 'CallRecovered',
    }));
  }
}
