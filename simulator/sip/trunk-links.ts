import type { Clock } from '@handover/shared/time';
import type { KernelInput, KernelState, TrunkMessage } from '../kernel/index.ts';
import type { LineClient, LineConnection } from '../wire/index.ts';
import { connectLines } from '../wire/index.ts';
import type { TrunkWire } from './trunk-messages.ts';
import { trunkHello, trunkWireFrom } from './trunk-messages.ts';

export interface TrunkLinksOptions {
  switchName: string;
  /** The other sites' switches, each with the addresses of its pair. */
  others(): readonly { name: string; servers: readonly { host: string; port: number }[] }[];
  /** Of the acting kernel; undefined while this server is the backup. */
  state(): KernelState | undefined;
  apply(input: KernelInput): void;
  clock: Clock;
}

interface Link {
  site: string;
  connection: LineConnection;
}

/** A site whose link is lost for so long has lost its legs. */
const lostMs = 5_000;

/**
 * The trunks to the SIP Servers of other sites, while this one is the primary of its own: each connects to each, so that a site knows where else agents
 * are logged in, and a call goes to where its agent is. Messages of a leg take whichever connection there is.
 */
export class TrunkLinks {
  readonly #options: TrunkLinksOptions;
  readonly #clients = new Map<string, LineClient>();
  /** Connections that have greeted and were greeted, by their own object: two per site at most times. */
  readonly #links = new Map<LineConnection, Link>();
  readonly #loggedIn = new Set<string>();
  readonly #lost = new Map<string, () => void>();
  #running = false;

  constructor(options: TrunkLinksOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = true;
    this.refresh();
  }

  stop(): void {
    this.#running = false;
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
    for (const connection of this.#links.keys()) connection.close();
    this.#links.clear();
    for (const cancel of this.#lost.values()) cancel();
    this.#lost.clear();
    this.#loggedIn.clear();
  }

  /** Connects to sites that are new in the configuration. */
  refresh(): void {
    if (!this.#running) return;
    for (const { name } of this.#options.others()) if (!this.#clients.has(name)) this.#clients.set(name, this.#connect(name));
  }

  #connect(site: string): LineClient {
    const client: LineClient = connectLines({
      addresses: () => this.#options.others().find(each => each.name === site)?.servers ?? [],
      onConnection: connection => {
        this.#say(connection, { messageName: trunkHello, switchName: this.#options.switchName, ids: this.#idsTo(site) });
        return {
          onMessage: message => this.#receive({ site, connection }, message),
          onFault: () => connection.close(),
          onClose: () => {
            this.left(connection);
            // A backup refuses: its partner is the one.
            client.next();
          },
        };
      },
      retryMs: 500,
    });
    return client;
  }

  /** Another site's server connected to us; true when the connection is a trunk from now on. */
  accept(connection: LineConnection, message: Readonly<Record<string, unknown>>): boolean {
    const hello = trunkWireFrom(message);
    const state = this.#options.state();
    const known = hello?.messageName === 'TrunkHello' && this.#options.others().some(each => each.name === hello.switchName);
    if (!this.#running || !known || state === undefined) {
      connection.close();
      return false;
    }
    const { switchName: site, ids } = hello;
    this.#say(connection, { messageName: 'TrunkWelcome', ids: this.#idsTo(site), numbers: [...this.#loggedIn] });
    this.#up({ site, connection }, ids);
    return true;
  }

  /** Whether the connection is a trunk; then the message is taken. */
  take(connection: LineConnection, message: Readonly<Record<string, unknown>>): boolean {
    const link = this.#links.get(connection);
    if (link !== undefined) this.#receive(link, message);
    return link !== undefined;
  }

  left(connection: LineConnection): void {
    const link = this.#links.get(connection);
    this.#links.delete(connection);
    if (link === undefined || this.#to(link.site) !== undefined) return;
    const { site } = link;
    this.#apply({ kind: 'elsewhere', at: this.#now, site, numbers: [], how: 'all' });
    this.#lost.set(
      site,
      this.#options.clock.after(lostMs, () => this.#keepOnly(site, [])),
    );
  }

  /** What the kernel has to say about a leg. Without a connection the leg ends. */
  send(site: string, message: TrunkMessage): void {
    const connection = this.#to(site);
    if (connection !== undefined) return this.#say(connection, { messageName: 'Trunk', message });
    if (message.what !== 'call') return;
    this.#options.clock.after(0, () => this.#apply({ kind: 'trunk', at: this.#now, site, message: { what: 'released', id: message.id } }));
  }

  /** An agent logged in or out here. */
  agent(number: string, loggedIn: boolean): void {
    if (this.#loggedIn.has(number) === loggedIn) return;
    if (loggedIn) this.#loggedIn.add(number);
    else this.#loggedIn.delete(number);
    for (const connection of this.#links.keys()) this.#say(connection, { messageName: 'TrunkAgents', number, loggedIn });
  }

  #receive(link: Link, received: Readonly<Record<string, unknown>>): void {
    const message = trunkWireFrom(received);
    const { site } = link;
    switch (message?.messageName) {
      case 'TrunkWelcome':
        this.#up(link, message.ids);
        return this.#apply({ kind: 'elsewhere', at: this.#now, site, numbers: message.numbers, how: 'all' });
      case 'TrunkAgents':
        return this.#apply({ kind: 'elsewhere', at: this.#now, site, numbers: [message.number], how: message.loggedIn ? 'add' : 'remove' });
      case 'Trunk':
        return this.#apply({ kind: 'trunk', at: this.#now, site, message: message.message });
      case 'TrunkHello':
      case undefined:
        return link.connection.close();
    }
  }

  #up(link: Link, ids: readonly string[]): void {
    this.#links.set(link.connection, link);
    this.#lost.get(link.site)?.();
    this.#lost.delete(link.site);
    this.#keepOnly(link.site, ids);
  }

  /** Legs that the other side does not know are over. */
  #keepOnly(site: string, ids: readonly string[]): void {
    for (const id of this.#idsTo(site))
      if (!ids.includes(id)) this.#apply({ kind: 'trunk', at: this.#now, site, message: { what: 'released', id } });
  }

  #idsTo(site: string): string[] {
    const trunks = [...(this.#options.state()?.trunks ?? [])];
    return trunks.flatMap(([id, trunk]) => (trunk.site === site ? [id] : []));
  }

  #to(site: string): LineConnection | undefined {
    for (const link of this.#links.values()) if (link.site === site && link.connection.open) return link.connection;
    return undefined;
  }

  #apply(input: KernelInput): void {
    if (this.#running) this.#options.apply(input);
  }

  get #now(): number {
    return this.#options.clock.now();
  }

  #say(connection: LineConnection, message: TrunkWire): void {
    connection.send({ ...message });
  }
}
