import type { Clock } from '@handover/shared/time';
import type { IxnInput, IxnOutput, Report, ServerEvent } from './messages.ts';
import type { InteractionFeed } from './replication.ts';
import type { IxnState } from './state.ts';
import { nextDeadline } from './state.ts';
import { step } from './step.ts';

interface Surroundings {
  clock: Clock;
  feed: InteractionFeed;
  toClient(client: string, event: ServerEvent, at: number, referenceID: number | undefined): void;
  toReporters(report: Report, at: number): void;
  toWorld(output: Exclude<IxnOutput, { kind: 'event' | 'report' }>): void;
}

/** The acting state of a primary: takes inputs, forwards them to the standby, sends what they cause, keeps the time. */
export class ActingState {
  readonly state: IxnState;
  readonly #around: Surroundings;
  #cancelTick: (() => void) | undefined;
  #tickAt: number | undefined;

  constructor(state: IxnState, around: Surroundings) {
    this.state = state;
    this.#around = around;
    this.#plan();
  }

  apply(input: IxnInput): void {
    this.#around.feed.forward(input); // first: what clients see, the standby knows
    for (const output of step(this.state, input)) {
      if (output.kind === 'event') this.#around.toClient(output.client, output.event, input.at, output.referenceID);
      else if (output.kind === 'report') this.#around.toReporters(output.report, input.at);
      else this.#around.toWorld(output);
    }
    this.#plan();
  }

  stop(): void {
    this.#cancelTick?.();
  }

  #plan(): void {
    const at = nextDeadline(this.state);
    if (at === this.#tickAt) return;
    this.#cancelTick?.();
    this.#tickAt = at;
    if (at === undefined) return;
    const { clock } = this.#around;
    this.#cancelTick = clock.after(Math.max(1, at - clock.now()), () => {
      this.#tickAt = undefined;
      this.apply({ kind: 'tick', at: clock.now() });
    });
  }
}
