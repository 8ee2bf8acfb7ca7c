import type { Logger } from '@handover/shared/log';
import type { LineClient } from '../wire/index.ts';
import { connectLines } from '../wire/index.ts';
import type { ServerRole } from '../world/index.ts';
import type { Address, FromPeer, Master, ToPeer } from './peers.ts';
import { findMaster } from './peers.ts';

export interface MastershipOptions {
  site: string;
  peers: readonly Address[];
  /** This site's primary is the master unless another one is found. */
  masterSite: boolean;
  log: Logger;
  /** A message of the master that is followed. */
  onFollowed(message: Exclude<FromPeer, { messageName: 'MasterAnswer' }>): void;
  /** No longer the master: who follows must look elsewhere. */
  onSteppedDown(): void;
}

const lookEveryMs = 500;

/**
 * Whether this Configuration Server is the master, and whom it follows otherwise. The master is the primary of the master site; the site moves
 * only when told to, the server when the world says that its primary is gone. Two masters, after a freeze, are settled by the higher term.
 */
export class Mastership {
  isMaster = false;
  term = 0;
  /** Has the whole environment, from a master. */
  synchronised = false;
  readonly #options: MastershipOptions;
  readonly #timer: NodeJS.Timeout;
  #role: ServerRole | undefined;
  #masterSite: boolean;
  #following: { master: Master; client: LineClient } | undefined;
  #looking: Promise<void> | undefined;
  #closed = false;

  constructor(options: MastershipOptions) {
    this.#options = options;
    this.#masterSite = options.masterSite;
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
  }

  setRole(role: ServerRole): void {
    this.#role = role;
    if (role === 'Backup' && this.isMaster) this.#stepDown('another server of the site is primary');
    // The partner that was followed may be frozen, its connection still open: the world's word is newer.
    if (role === 'Primary' && this.#following?.master.site === this.#options.site) this.#unfollow();
    void this.look();
  }

  /** The operator moves mastership here. */
  async promote(): Promise<void> {
    const { term } = await findMaster(this.#options.peers);
    this.#masterSite = true;
    this.#become(Math.max(term, this.term) + 1);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#unfollow();
  }

  /** Looks for a master: to follow it, to give way to it, or to be it. */
  look(): Promise<void> {
    // Who comes while a look is on waits for its outcome: what follows it depends on whether this is the master.
    return (this.#looking ??= this.#look().finally(() => (this.#looking = undefined)));
  }

  async #look(): Promise<void> {
    if (this.#closed || this.#following?.client.connection?.open === true) return;
    const { master, term } = await findMaster(this.#options.peers);
    if (this.#closed) return;
    if (this.isMaster) {
      if (master !== undefined && master.term > this.term) this.#stepDown('there is a newer master');
      else return;
    }
    if (master !== undefined) this.#follow(master);
    else if (this.#masterSite && this.#role === 'Primary') this.#become(Math.max(term, this.term) + 1);
  }

  #become(term: number): void {
    this.#unfollow();
    this.isMaster = true;
    this.term = term;
    this.#options.log.info('is master now', { term });
  }

  #stepDown(why: string): void {
    this.isMaster = false;
    this.#options.log.warn('is no longer master', { why });
    this.#options.onSteppedDown();
  }

  #unfollow(): void {
    this.#following?.client.close();
    this.#following = undefined;
  }

  #follow(master: Master): void {
    this.#unfollow();
    this.#masterSite = master.site === this.#options.site;
    const client = connectLines({
      addresses: () => [master],
      onConnection: connection => {
        connection.send({ messageName: 'ReplicaFollow' } satisfies ToPeer);
        return {
          onMessage: message => this.#receive(message as unknown as FromPeer),
          onFault: () => connection.close(),
          onClose: () => {
            if (this.#following?.client === client) this.#unfollow();
            void this.look();
          },
        };
      },
    });
    this.#following = { master, client };
  }

  #receive(message: FromPeer): void {
    if (message.messageName === 'MasterAnswer') return;
    if (message.messageName === 'ReplicaReady') {
      this.term = Math.max(this.term, message.term);
      this.synchronised = true;
      this.#options.log.info('follows the master', { site: message.site, term: message.term });
    }
    this.#options.onFollowed(message);
  }
}
