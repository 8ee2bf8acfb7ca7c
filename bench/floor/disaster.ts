import type { RunningSystem, SystemOptions } from '../../test/support/index.ts';

/** What a floor of agents lives through. */
export interface Disaster {
  /** Origin nodes per region that it needs. */
  readonly nodes: number;
  readonly netns: boolean;
  /** Commits wait for a standby; see `up --sync-stall-s`. */
  readonly syncStallS?: number;
  /** Starts what is not part of the system, before it. Answers where it is. */
  surround?(): Promise<Pick<SystemOptions, 'elasticsearchUrl'>>;
  /** What has to be so before agents sign in. */
  prepare?(system: RunningSystem): Promise<void>;
  /** Does it; `struck` is called with the moment (epoch ms), once. Resolves when it is over. */
  strike(system: RunningSystem, struck: (atMs: number) => void): Promise<void>;
  /** Puts things right while the agents still work. */
  heal?(system: RunningSystem): Promise<void>;
  /** Ends what it started itself. */
  clean?(): Promise<void>;
}
