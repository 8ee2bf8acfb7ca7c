import type { Clock } from '@handover/shared/time';
import type { LineClient } from '../wire/index.ts';
import { connectLines } from '../wire/index.ts';
import type { FromWorld, ServerKind, ServerRole, ToWorld } from './protocol.ts';
import { pingEveryMs, roleValidMs } from './protocol.ts';

export interface WorldLinkOptions {
  world: { host: string; port: number };
  kind: ServerKind;
  server: string;
  /** The configured role: only a wish until the world has spoken. */
  wish: ServerRole;
  host: string;
  port: number;
  clock: Clock;
  isSynchronised(): boolean;
  onRole(role: ServerRole, partner: { server: string; host: string; port: number } | undefined): void;
  onMessage(message: Exclude<FromWorld, { messageName: 'Role' | 'Pong' }>): void;
  /** The role is sure again after it was not. */
  onSure?(): void;
}

/** A server's side of its link to the world: hello, heartbeat, and whether it may still believe in its role. */
export class WorldLink {
  role: ServerRole | undefined;
  readonly #options: WorldLinkOptions;
  readonly #client: LineClient;
  readonly #timer: NodeJS.Timeout;
  readonly #sentAt = new Map<number, number>();
  #ping = 0;
  #validUntil = 0;

  constructor(options: WorldLinkOptions) {
    this.#options = options;
    this.#client = connectLines({
      addresses: () => [options.world],
      onConnection: connection => {
        this.#sentAt.clear();
        const { kind, server, wish, host, port } = options;
        const hello: ToWorld = {
          messageName: 'Hello',
          kind,
          server,
          role: this.role ?? wish,
          confirmed: this.role !== undefined,
          synchronised: options.isSynchronised(),
          host,
          port,
        };
        connection.send(hello);
        this.#sendPing();
        return {
          onMessage: message => this.#receive(message as unknown as FromWorld),
          onFault: () => connection.close(),
          onClose: () => undefined,
        };
      },
    });
    this.#timer = setInterval(() => this.#sendPing(), pingEveryMs);
  }

  /** A primary may act: nobody can have been promoted in its place yet. */
  get sure(): boolean {
    return this.role === 'Primary' && this.#options.clock.monotonic() < this.#validUntil;
  }

  get connected(): boolean {
    return this.#client.connection?.open === true;
  }

  send(message: ToWorld): void {
    this.#client.connection?.send(message);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#client.close();
  }

  #sendPing(): void {
    const number = (this.#ping += 1);
    this.#sentAt.set(number, this.#options.clock.monotonic());
    if (this.#sentAt.size > 100) this.#sentAt.delete(Math.min(...this.#sentAt.keys()));
    this.send({ messageName: 'Ping', number, synchronised: this.#options.isSynchronised() });
  }

  #receive(message: FromWorld): void {
    switch (message.messageName) {
      case 'Role':
        this.role = message.role;
        return this.#options.onRole(message.role, message.partner);
      case 'Pong': {
        const wasSure = this.sure;
        const sentAt = this.#sentAt.get(message.number);
        this.#sentAt.delete(message.number);
        if (sentAt !== undefined) this.#validUntil = Math.max(this.#validUntil, sentAt + roleValidMs);
        if (!wasSure && this.sure) this.#options.onSure?.();
        return;
      }
      default:
        return this.#options.onMessage(message);
    }
  }
}
