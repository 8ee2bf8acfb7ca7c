import type { What } from './what.ts';

/** Where the parts of a system live: all on loopback, or each in a network of its own. */
export interface Network {
  /** Prefix of what exists on the host because of it; undefined when nothing does. */
  readonly prefix: string | undefined;
  /** Makes what `hostOf` and `namespaceOf` promise. */
  create(): Promise<void>;
  hostOf(unit: string): string;
  namespaceOf(unit: string): string | undefined;
  /** Drops all packets of `what` from now on, silently and in both directions. */
  cut(what: What): Promise<void>;
  /** Lets the packets of `what` pass again. */
  mend(what: What): Promise<void>;
  /** Removes everything that was made, also by an earlier run. */
  destroy(): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

/** Everything on 127.0.0.1; nothing of the host is changed. */
export const loopback: Network = {
  prefix: undefined,
  create: nothing,
  hostOf: () => '127.0.0.1',
  namespaceOf: () => undefined,
  cut: nothing,
  mend: nothing,
  destroy: nothing,
};
