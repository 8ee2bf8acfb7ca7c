import type { KernelInput, KernelState, StateEntry } from '../kernel/index.ts';
import { stateEntries, stateFromEntries, step } from '../kernel/index.ts';
import type { LineClient, LineConnection } from '../wire/index.ts';
import { connectLines } from '../wire/index.ts';

/** Messages of a hot-standby pair: the whole state once, then every input in order. */
export type FromPrimary =
  | { messageName: 'StandbyState'; entry: StateEntry }
  | { messageName: 'StandbyReady' }
  | { messageName: 'StandbyInput'; input: KernelInput };
export const followRequest = 'StandbyFollow';

/** The primary's side: whoever follows gets each input before anybody sees what it caused. */
export class StandbyFeed {
  readonly #followers = new Set<LineConnection>();

  add(connection: LineConnection, state: KernelState): void {
    for (const entry of stateEntries(state)) connection.send({ messageName: 'StandbyState', entry } satisfies FromPrimary);
    connection.send({ messageName: 'StandbyReady' } satisfies FromPrimary);
    this.#followers.add(connection);
  }

  remove(connection: LineConnection): void {
    this.#followers.delete(connection);
  }

  forward(input: KernelInput): void {
    for (const follower of this.#followers) follower.send({ messageName: 'StandbyInput', input } satisfies FromPrimary);
  }

  /** No longer primary: followers must look elsewhere. */
  end(): void {
    for (const follower of this.#followers) follower.close();
    this.#followers.clear();
  }
}

/** The backup's side: a kernel that lives through the primary's inputs, and keeps its last state when the primary is gone. */
export class StandbyFollower {
  #state: KernelState | undefined;
  #entries: StateEntry[] = [];
  #client: LineClient | undefined;
  #address = '';

  /** The primary's state; undefined until the first complete one. */
  get state(): KernelState | undefined {
    return this.#state;
  }

  follow(primary: { host: string; port: number }): void {
    const address = `${primary.host}:${primary.port}`;
    if (address === this.#address && this.#client !== undefined) return;
    this.stop();
    this.#address = address;
    this.#client = connectLines({
      addresses: () => [primary],
      onConnection: connection => {
        this.#entries = [];
        connection.send({ messageName: followRequest });
        return {
          onMessage: message => this.#receive(message as unknown as FromPrimary),
          onFault: () => connection.close(),
          onClose: () => undefined,
        };
      },
    });
  }

  /** Ends following and gives the state away. */
  take(): KernelState | undefined {
    const state = this.#state;
    this.stop();
    this.#state = undefined;
    return state;
  }

  stop(): void {
    this.#client?.close();
    this.#client = undefined;
    this.#address = '';
  }

  #receive(message: FromPrimary): void {
    switch (message.messageName) {
      case 'StandbyState':
        this.#entries.push(message.entry);
        return;
      case 'StandbyReady':
        this.#state = stateFromEntries(this.#entries);
        this.#entries = [];
        return;
      case 'StandbyInput':
        if (this.#state !== undefined) step(this.#state, message.input);
    }
  }
}
