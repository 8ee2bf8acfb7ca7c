/** Where the parts of a system live: all on loopback, or each in a network namespace of its own. */
export interface Network {
  /** Makes what `hostOf` and `namespaceOf` promise. */
  create(): Promise<void>;
  hostOf(unit: string): string;
  namespaceOf(unit: string): string | undefined;
  /** Address at which the host itself, where the edge runs, is seen by the parts. */
  readonly hostAddress: string;
  /** Removes everything that was made. */
  destroy(): Promise<void>;
}

/** Everything on 127.0.0.1; nothing of the host is changed. */
export const loopback: Network = {
  create: async () => undefined,
  hostOf: () => '127.0.0.1',
  namespaceOf: () => undefined,
  hostAddress: '127.0.0.1',
  destroy: async () => undefined,
};
