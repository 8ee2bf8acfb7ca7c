import type { TlibEvent } from '@handover/shared/genesys';
import { ok, refuse } from '@handover/shared/result';
import type { Result } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import type { KernelEvent, KernelInput, KernelOptions, KernelState } from '@handover/simulator/kernel';
import { defaultOptions, dnSnapshot, emptyState, nextDeadline, stateEntries, stateFromEntries, step } from '@handover/simulator/kernel';
import type { VoiceCommand, VoiceRefusal, VoiceServer } from '../../../contracts/voice.ts';

type Change = 'lost' | 'restored' | 'switched';
/** An input without its time. */
type Untimed<Input> = Input extends KernelInput ? Omit<Input, 'at'> : never;

export interface Logged {
  dn: string;
  epoch: number | undefined;
  messageName: string;
}

/** The simulated SIP Server's own kernel behind the contract of a link: what a session sees of a site, without its sockets. */
export class KernelSwitch implements VoiceServer {
  readonly switchName: string;
  readonly location: string;
  readonly keepsAgentsOnDisconnect = true;
  readonly log: Logged[] = [];
  readonly numbers: readonly string[];
  state: 'up' | 'down' = 'up';
  kernel: KernelState;
  readonly #clock: Clock;
  readonly #options: KernelOptions;
  readonly #listeners = new Map<string, Set<(event: TlibEvent) => void>>();
  readonly #watchers = new Set<(change: Change) => void>();
  #sequence = 0;
  #reference = 0;
  #starts = 0;

  constructor(clock: Clock, at: { switchName: string; location: string }, numbers: readonly string[], options: Partial<KernelOptions>) {
    this.switchName = at.switchName;
    this.location = at.location;
    this.numbers = numbers;
    this.#clock = clock;
    this.#options = { ...defaultOptions, ...options };
    this.kernel = this.#started();
  }

  #started(): KernelState {
    const kernel = emptyState(`${this.location.charCodeAt(1).toString(16)}${String((this.#starts += 1)).padStart(6, '0')}`, this.#options);
    const at = this.#clock.now();
    for (const number of this.numbers) {
      step(kernel, { kind: 'dn', at, number, type: 'Extension', inService: true });
      step(kernel, { kind: 'login', at, code: number, login: { skills: [] } });
    }
    step(kernel, { kind: 'dn', at, number: '9001', type: 'RoutingPoint', inService: true });
    return kernel;
  }

  onChange(watcher: (change: Change) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  listen(dn: string, listener: (event: TlibEvent) => void): () => void {
    const present = this.#listeners.get(dn) ?? new Set();
    this.#listeners.set(dn, present.add(listener));
    return () => void present.delete(listener);
  }

  async request(
    command: VoiceCommand,
    options: { deadlineMs: number; admit?: () => Result<{ epoch: number }, string> },
  ): Promise<Result<TlibEvent, VoiceRefusal>> {
    await Promise.resolve();
    if (this.state === 'down') return refuse({ kind: 'unavailable' });
    const admitted = options.admit?.();
    if (admitted?.ok === false) return refuse({ kind: 'fenced', why: admitted.reason });
    const dn = command.thisDN ?? '';
    if (command.messageName === 'RequestQueryAddress' || command.messageName === 'RequestRegisterAddress') {
      const snapshot = dnSnapshot(this.kernel, dn);
      if (snapshot === undefined) return refuse({ kind: 'error', errorCode: 59, errorMessage: 'DN is not configured in CME' });
      const messageName = command.messageName === 'RequestQueryAddress' ? 'EventAddressInfo' : 'EventRegistered';
      return ok(this.#tell(dn, { messageName, thisDN: dn, dn: structuredClone(snapshot) }));
    }
    if (command.messageName === 'RequestUnregisterAddress') return ok(this.#tell(dn, { messageName: 'EventUnregistered', thisDN: dn }));
    this.log.push({ dn, epoch: admitted?.value.epoch, messageName: command.messageName });
    const referenceID = (this.#reference += 1);
    const answer = this.input({ kind: 'request', client: 'origin', request: { ...command, referenceID } });
    if (answer === undefined) return refuse({ kind: 'unknown' });
    if (answer.messageName !== 'EventError') return ok(answer);
    return refuse({ kind: 'error', errorCode: answer.errorCode ?? 0, errorMessage: answer.errorMessage ?? '' });
  }

  /** Something happens at the site; answers the event that answered a request. */
  input(input: Untimed<KernelInput>): TlibEvent | undefined {
    let answer: TlibEvent | undefined;
    for (const output of step(this.kernel, { ...input, at: this.#clock.now() })) {
      if (output.kind === 'event') {
        const told = this.#tell(output.dn, output.event);
        if (output.requester !== undefined) answer = told;
      } else if (output.kind === 'reply') answer = this.#complete(output.event);
    }
    return answer;
  }

  #complete(event: KernelEvent): TlibEvent {
    const time = this.#clock.now();
    // As over a wire: later changes of the kernel do not change what was sent.
    return structuredClone({ ...event, eventSequenceNumber: (this.#sequence += 1), time, server: this.switchName });
  }

  #tell(dn: string, event: KernelEvent): TlibEvent {
    const told = this.#complete(event);
    if (this.state === 'up') for (const listener of [...(this.#listeners.get(dn) ?? [])]) listener(told);
    return told;
  }

  #changed(change: Change): void {
    for (const watcher of [...this.#watchers]) watcher(change);
  }

  /** What waits for time has its time. */
  tick(): void {
    const at = nextDeadline(this.kernel);
    if (at !== undefined && at <= this.#clock.now()) this.input({ kind: 'tick' });
  }

  lose(): void {
    if (this.state === 'down') return;
    this.state = 'down';
    this.#changed('lost');
  }

  restore(): void {
    if (this.state === 'up') return;
    this.state = 'up';
    this.#changed('restored');
  }

  /** The hot-standby partner goes on, with what it was given entry by entry. */
  switchOver(): void {
    this.kernel = stateFromEntries(JSON.parse(JSON.stringify([...stateEntries(this.kernel)])) as Parameters<typeof stateFromEntries>[0]);
    if (this.state === 'up') this.#changed('switched');
  }

  /** The pair is lost with all it knew, and one of it comes back. */
  crash(): void {
    this.lose();
    this.kernel = this.#started();
    this.restore();
  }
}
