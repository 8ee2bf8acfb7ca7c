import type { Channel, ChannelHandlers, Endpoint, LinkDriver, WireMessage } from '../link/index.ts';

/** The server's end of a connection that a test plays. */
export interface FakeChannel {
  readonly endpoint: Endpoint;
  /** What the link wrote, in order. */
  readonly sent: readonly SentMessage[];
  readonly closedByLink: boolean;
  /** Whether the socket takes a message at once; `false` keeps it in the sender's process. */
  takesAtOnce: boolean;
  accept(): void;
  say(message: WireMessage & Readonly<Record<string, unknown>>): void;
  /** Answers the last message of this name with its reference. */
  answer(toName: string, message: WireMessage & Readonly<Record<string, unknown>>): void;
  drain(): void;
  break(why?: string): void;
}

export type SentMessage = WireMessage & Readonly<Record<string, unknown>>;

export interface FakeDriver extends LinkDriver {
  /** Every connection that was ever opened. */
  readonly channels: readonly FakeChannel[];
  /** The newest connection to a port. */
  to(port: number): FakeChannel;
}

/** A driver for tests: no network, every step by hand. */
export function createFakeDriver(): FakeDriver {
  const channels: FakeChannel[] = [];
  return {
    name: 'sim',
    channels,
    to(port) {
      const found = channels.findLast(channel => channel.endpoint.port === port);
      if (found === undefined) throw new Error(`nothing was opened to port ${port}`);
      return found;
    },
    open(endpoint, handlers) {
      const { fake, channel } = createFakeChannel(endpoint, handlers);
      channels.push(fake);
      return channel;
    },
  };
}

function createFakeChannel(endpoint: Endpoint, handlers: ChannelHandlers): { fake: FakeChannel; channel: Channel } {
  const sent: SentMessage[] = [];
  let state: 'opening' | 'open' | 'over' = 'opening';
  let waiting = 0;
  let closedByLink = false;
  const fake: FakeChannel = {
    endpoint,
    sent,
    takesAtOnce: true,
    get closedByLink() {
      return closedByLink;
    },
    accept() {
      state = 'open';
      handlers.opened();
    },
    say(message) {
      if (state === 'open') handlers.message(message);
    },
    answer(toName, message) {
      const asked = sent.findLast(candidate => candidate.messageName === toName);
      if (asked?.referenceID === undefined) throw new Error(`no ${toName} was sent`);
      fake.say({ ...message, referenceID: asked.referenceID });
    },
    drain() {
      waiting = 0;
      if (state === 'open') handlers.drained();
    },
    break(why = 'ECONNRESET') {
      if (state === 'over') return;
      state = 'over';
      handlers.closed(why);
    },
  };
  const channel: Channel = {
    get drained() {
      return state === 'open' && waiting === 0;
    },
    write(message) {
      sent.push(message as SentMessage);
      if (!fake.takesAtOnce) waiting += 1;
    },
    close() {
      state = 'over';
      closedByLink = true;
    },
  };
  return { fake, channel };
}
