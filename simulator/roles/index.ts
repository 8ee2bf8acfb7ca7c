import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { CommandLine, Role } from '../command-line.ts';
import { startConfig } from './config.ts';
import { startSip } from './sip.ts';
import { startWorld } from './world.ts';

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

const starts: Readonly<Record<Role, (line: CommandLine, around: Surroundings) => Promise<Running>>> = {
  world: startWorld,
  config: startConfig,
  sip: startSip,
};

/** Starts what the command line names; resolves when it serves. */
export const startRole = (line: CommandLine, around: Surroundings): Promise<Running> => starts[line.role](line, around);
