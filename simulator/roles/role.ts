import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';

/** A role that serves. */
export interface Running {
  /** The listening ports, in the order of the READY line. */
  readonly ports: readonly number[];
  /** On SIGHUP. */
  reload?: () => void;
  stop(): Promise<void>;
}
export interface Surroundings {
  clock: Clock;
  log: Logger;
}
