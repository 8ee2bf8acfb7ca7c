import type { Address, CommandLine } from '../command-line.ts';

/** Every role but the world needs one; the command line has been checked for it. */
export function worldOf(line: CommandLine): Address {
  if (line.world === undefined) throw new Error('--world: host:port');
  return line.world;
}
