import type { CommandLine, Role } from '../command-line.ts';
import { startConfig } from './config.ts';
import { startInteraction } from './interaction.ts';
import type { Running, Surroundings } from './role.ts';
import { startSip } from './sip.ts';
import { startStat } from './stat.ts';
import { startWorld } from './world.ts';

export type { Running, Surroundings } from './role.ts';

const starts: Readonly<Record<Role, (line: CommandLine, around: Surroundings) => Promise<Running>>> = {
  world: startWorld,
  config: startConfig,
  sip: startSip,
  stat: startStat,
  interaction: startInteraction,
};

/** Starts what the command line names; resolves when it serves. */
export const startRole = (line: CommandLine, around: Surroundings): Promise<Running> => starts[line.role](line, around);
