import type { KernelInput, KernelOutput, KernelState, TrunkMessage } from '../kernel/index.ts';
import { nextDeadline, step, worldView } from '../kernel/index.ts';
import type { Clock } from '@handover/shared/time';
import type { ToWorld } from '../world/index.ts';
import type { ClientSession } from './client-session.ts';
import type { Registrations } from './registrations.ts';
import type { SwitchFeed } from './replication.ts';

export interface SwitchSurroundings {
  clock: Clock;
  registrations: Registrations<ClientSession>;
  feed: SwitchFeed;
  client(id: string): ClientSession | undefined;
  toWorld(message: ToWorld): void;
  /** To the switch of another site. */
  toSite(site: string, message: TrunkMessage): void;
  /** Who is logged in matters to other sites too. */
  onAgent(dn: string, loggedIn: boolean): void;
}

/** The acting kernel of a primary: takes inputs, forwards them to the standby, sends what they cause, keeps the time. */
export class ActingSwitch {
  readonly state: KernelState;
  readonly #around: SwitchSurroundings;
  #cancelTick: (() => void) | undefined;
  #tickAt: number | undefined;

  constructor(state: KernelState, around: SwitchSurroundings) {
    this.state = state;
    this.#around = around;
    const { calls, agents } = worldView(state);
    around.toWorld({ messageName: 'Takeover', connIds: calls.map(call => call.connId) });
    for (const agent of agents) this.#deliver(agent, 0);
    for (const call of calls) this.#deliver({ kind: 'call', call }, 0);
    this.#plan();
  }

  /** Works one input; answers what the requester was refused with, if so. */
  apply(input: KernelInput): string | undefined {
    this.#around.feed.forward(input); // first: what clients see, the standby knows
    let error: string | undefined;
    for (const output of step(this.state, input)) {
      this.#deliver(output, input.at);
      if (output.kind === 'reply' && output.event.messageName === 'EventError') error = output.event.errorMessage;
    }
    this.#plan();
    return error;
  }

  stop(): void {
    this.#cancelTick?.();
  }

  #deliver(output: KernelOutput, at: number): void {
    switch (output.kind) {
      case 'event': {
        const { requester } = output;
        let answered = requester === undefined;
        for (const client of this.#around.registrations.on(output.dn)) {
          const asked = client.id === requester?.client;
          client.send(output.event, at, asked ? requester.referenceID : undefined);
          answered ||= asked;
        }
        if (!answered && requester !== undefined) this.#around.client(requester.client)?.send(output.event, at, requester.referenceID);
        return;
      }
      case 'reply':
        this.#around.client(output.requester.client)?.send(output.event, at, output.requester.referenceID);
        return;
      case 'call':
        return this.#around.toWorld({ messageName: 'Call', call: output.call });
      case 'callEnded':
        return this.#around.toWorld({ messageName: 'CallEnded', connId: output.connId });
      case 'trunk':
        return this.#around.toSite(output.site, output.message);
      case 'agent': {
        const { dn, agentId, state } = output;
        this.#around.onAgent(dn, state !== 'LoggedOut');
        return this.#around.toWorld({ messageName: 'Agent', dn, state, ...(agentId === undefined ? {} : { agentId }) });
      }
    }
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
