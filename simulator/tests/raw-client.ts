import { connect } from 'node:net';
import type { Socket } from 'node:net';

export type Message = Record<string, unknown> & { messageName: string };

const deadlineMs = 10_000;

/** A client that speaks nothing but JSON lines: what it gets is what was on the wire. */
export class RawClient {
  readonly seen: Message[] = [];
  readonly socket: Socket;
  closed = false;
  #rest = '';
  #reference = 0;
  #waiting = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#rest += chunk.toString();
      for (let at = this.#rest.indexOf('\n'); at >= 0; at = this.#rest.indexOf('\n')) {
        const message = JSON.parse(this.#rest.slice(0, at)) as Message;
        this.#rest = this.#rest.slice(at + 1);
        if (message.messageName === 'KeepAliveRequest') this.socket.write('{"messageName":"KeepAliveAnswer"}\n');
        else this.seen.push(message);
      }
      this.#wake();
    });
    socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  /** A client that has registered itself and one DN. */
  static async onDn(port: number, dn: string): Promise<RawClient> {
    const client = await RawClient.open(port);
    await client.request('RequestRegisterClient', { applicationName: 'Test' });
    await client.request('RequestRegisterAddress', { thisDN: dn });
    return client;
  }

  send(message: object): void {
    this.socket.write(`${JSON.stringify(message)}\n`);
  }

  /** Sends a request and waits for the event that carries its reference. */
  async request(messageName: string, attributes: Readonly<Record<string, unknown>> = {}): Promise<Message> {
    const referenceID = (this.#reference += 1);
    const from = this.seen.length;
    this.send({ messageName, referenceID, ...attributes });
    return this.wait(message => message['referenceID'] === referenceID, `the answer to ${messageName}`, from);
  }

  /** The first event of this name from place `from` on. */
  event(messageName: string, from = 0): Promise<Message> {
    return this.wait(message => message.messageName === messageName, messageName, from);
  }

  async wait(wanted: (message: Message) => boolean, what: string, from = 0): Promise<Message> {
    const end = performance.now() + deadlineMs;
    for (;;) {
      const found = this.seen.slice(from).find(wanted);
      if (found !== undefined) return found;
      await this.#news(end, what);
    }
  }

  async untilClosed(): Promise<void> {
    const end = performance.now() + deadlineMs;
    while (!this.closed) await this.#news(end, 'the end of the connection');
  }

  close(): void {
    this.socket.destroy();
  }

  #news(end: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const left = end - performance.now();
      const timer = setTimeout(() => reject(new Error(`no ${what}; seen: ${this.seen.map(one => one.messageName).join(' ')}`)), left);
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
