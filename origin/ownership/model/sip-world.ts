import type { Referee, RefereeListener, RefereeWord } from '../../contracts/referee.ts';
import type { Process, Random, World } from './world.ts';

export interface Command {
  readonly session: string;
  readonly epoch: number;
  readonly node: string;
  readonly requestId: string;
  readonly once: boolean;
}

export interface Logged extends Command {
  readonly at: number;
}

/** The SIP Server: one order for everything it receives; what it sends keeps the order per connection. */
export class SipWorld {
  readonly log: Logged[] = [];
  /** Refuses a command whose epoch is below the highest it saw; native switches cannot. */
  strict = false;
  private readonly highest = new Map<string, number>();
  private readonly links = new Set<SipLink>();
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  connect(link: SipLink): void {
    this.links.add(link);
  }

  disconnect(link: SipLink): void {
    this.links.delete(link);
  }

  say(dn: string, word: RefereeWord): void {
    for (const link of this.links) if (link.registered.has(dn)) link.receive(() => link.heard(dn, word));
  }

  execute(command: Command): boolean {
    const highest = this.highest.get(command.session) ?? 0;
    if (this.strict && command.epoch < highest) return false;
    this.highest.set(command.session, Math.max(highest, command.epoch));
    this.log.push({ ...command, at: this.world.now });
    return true;
  }
}

/** One process's connection. `stalled`: the peer takes no bytes, so they wait in the process's own queue. */
export class SipLink {
  up = true;
  stalled = false;
  registered = new Set<string>();
  private readonly process: Process;
  private readonly server: SipWorld;
  private readonly random: Random;
  private readonly listeners = new Set<{ dn: string; listener: RefereeListener }>();
  private readonly waiting: (() => void)[] = [];
  private readonly onDrain = new Set<() => void>();
  private readonly onLost = new Set<() => void>();
  private toServerAt = 0;
  private toNodeAt = 0;
  private life = 0;
  /** How often a lost connection is noticed and made anew. */
  private readonly wanted = new Set<string>();

  constructor(process: Process, server: SipWorld, random: Random) {
    this.process = process;
    this.server = server;
    this.random = random;
    server.connect(this);
  }

  get drained(): boolean {
    return this.up && !this.stalled && this.waiting.length === 0;
  }

  /** Resolves in the process when bytes no longer wait, or the link is lost. */
  drain(): Promise<void> {
    if (this.drained || !this.up) return Promise.resolve();
    return new Promise(resolve => this.onDrain.add(resolve));
  }

  /** Writes to the socket: on the network, or into the process's queue when the socket takes nothing. */
  write(effect: () => void): void {
    if (!this.up) return;
    if (this.stalled || this.waiting.length > 0) this.waiting.push(effect);
    else this.send(effect);
  }

  /** Sends a request; answers when the server has executed it. Rejects when the connection is lost before the answer. */
  request<T>(effect: () => T): Promise<T> {
    if (!this.up) return Promise.reject(new Error('no link'));
    return new Promise((resolve, reject) => {
      const lost = (): void => reject(new Error('link lost'));
      this.onLost.add(lost);
      this.write(() => {
        const answer = effect();
        this.receive(() => {
          this.onLost.delete(lost);
          resolve(answer);
        });
      });
    });
  }

  stall(): void {
    this.stalled = true;
  }

  unstall(): void {
    if (!this.stalled) return;
    this.stalled = false;
    // The kernel takes bytes again; the process writes its queue when it runs.
    this.process.deliver('sip', () => this.flush());
  }

  /** The connection breaks: what was under way is lost, in both directions. */
  lose(): void {
    if (!this.up) return;
    this.up = false;
    this.life += 1;
    this.server.disconnect(this);
    this.waiting.length = 0;
    this.stalled = false;
    this.process.deliver('sip', () => {
      for (const each of [...this.onLost]) each();
      this.onLost.clear();
      this.tell('lost');
      this.wake();
    });
  }

  restore(): void {
    if (this.up || !this.process.alive) return;
    this.process.deliver('sip', () => {
      if (this.up) return;
      this.up = true;
      this.server.connect(this);
      this.registered = new Set();
      for (const dn of this.wanted) this.write(() => void this.registered.add(dn));
      this.tell('restored');
    });
  }

  receive(run: () => void): void {
    const { life } = this;
    this.toNodeAt = Math.max(this.toNodeAt, this.server.world.now + this.random.between(0.2, 35));
    this.server.world.at(this.toNodeAt, () => {
      if (this.life === life) this.process.deliver('sip', () => void (this.life === life && run()));
    });
  }

  heard(dn: string, word: RefereeWord): void {
    for (const each of [...this.listeners]) if (each.dn === dn) each.listener.heard(word);
  }

  referee(): Referee {
    return {
      register: dn => {
        this.wanted.add(dn);
        return this.request(() => void this.registered.add(dn));
      },
      say: (dn, word) => {
        if (!this.up) return Promise.reject(new Error('no link'));
        this.write(() => this.server.say(dn, word));
        return Promise.resolve();
      },
      query: () => this.request(() => undefined),
      drained: () => this.drained,
      on: (dn, listener) => {
        const entry = { dn, listener };
        this.listeners.add(entry);
        return () => void this.listeners.delete(entry);
      },
    };
  }

  private send(effect: () => void): void {
    const { life } = this;
    this.toServerAt = Math.max(this.toServerAt, this.server.world.now + this.random.between(0.2, 35));
    this.server.world.at(this.toServerAt, () => void (this.life === life && effect()));
  }

  private flush(): void {
    if (this.stalled || !this.up) return;
    for (const effect of this.waiting.splice(0)) this.send(effect);
    this.wake();
  }

  private wake(): void {
    for (const each of [...this.onDrain]) each();
    this.onDrain.clear();
  }

  private tell(change: 'lost' | 'restored'): void {
    for (const each of [...this.listeners]) each.listener.link(change);
  }
}
