import type { LineClient, LineConnection } from '../wire/index.ts';
import { connectLines } from '../wire/index.ts';

/** How a state is sent, and how inputs change it. */
export interface StandbyModel<State, Entry, Input> {
  /** The state in pieces that fit a line each. */
  entries(state: State): Iterable<Entry>;
  fromEntries(entries: readonly Entry[]): State;
  step(state: State, input: Input): unknown;
}

/** Messages of a hot-standby pair: the whole state once, then every input in order. */
type FromPrimary<Entry, Input> =
  { messageName: 'StandbyState'; entry: Entry } | { messageName: 'StandbyReady' } | { messageName: 'StandbyInput'; input: Input };
/** A chat with all it may hold is one line. */
const maxLineBytes = 32 * 1024 * 1024;
export const followRequest = 'StandbyFollow';

/** The primary's side: whoever follows gets each input before anybody sees what it caused. */
export class StandbyFeed<State, Entry, Input> {
  readonly #followers = new Set<LineConnection>();
  readonly #model: StandbyModel<State, Entry, Input>;

  constructor(model: StandbyModel<State, Entry, Input>) {
    this.#model = model;
  }

  add(connection: LineConnection, state: State): void {
    const send = (message: FromPrimary<Entry, Input>): void => connection.send(message);
    for (const entry of this.#model.entries(state)) send({ messageName: 'StandbyState', entry });
    send({ messageName: 'StandbyReady' });
    this.#followers.add(connection);
  }

  remove(connection: LineConnection): void {
    this.#followers.delete(connection);
  }

  forward(input: Input): void {
    const message: FromPrimary<Entry, Input> = { messageName: 'StandbyInput', input };
    for (const follower of this.#followers) follower.send(message);
  }

  /** No longer primary: followers must look elsewhere. */
  end(): void {
    for (const follower of this.#followers) follower.close();
    this.#followers.clear();
  }
}

/** The backup's side: a state that lives through the primary's inputs, and stays as it was last when the primary is gone. */
export class StandbyFollower<State, Entry, Input> {
  readonly #model: StandbyModel<State, Entry, Input>;
  #state: State | undefined;
  #entries: Entry[] = [];
  #client: LineClient | undefined;
  #address = '';

  constructor(model: StandbyModel<State, Entry, Input>) {
    this.#model = model;
  }

  /** The primary's state; undefined until the first complete one. */
  get state(): State | undefined {
    return this.#state;
  }

  follow(primary: { host: string; port: number }): void {
    const address = `${primary.host}:${primary.port}`;
    if (address === this.#address && this.#client !== undefined) return;
    this.stop();
    this.#address = address;
    this.#client = connectLines({
      addresses: () => [primary],
      maxLineBytes,
      onConnection: connection => {
        this.#entries = [];
        connection.send({ messageName: followRequest });
        return {
          onMessage: message => this.#receive(message as unknown as FromPrimary<Entry, Input>),
          onFault: () => connection.close(),
          onClose: () => undefined,
        };
      },
    });
  }

  /** Ends following and gives the state away. */
  take(): State | undefined {
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

  #receive(message: FromPrimary<Entry, Input>): void {
    switch (message.messageName) {
      case 'StandbyState':
        this.#entries.push(message.entry);
        return;
      case 'StandbyReady':
        this.#state = this.#model.fromEntries(this.#entries);
        this.#entries = [];
        return;
      case 'StandbyInput':
        if (this.#state !== undefined) this.#model.step(this.#state, message.input);
    }
  }
}
