import { CommandFailure } from './options.ts';

export async function soak(_args: readonly string[]): Promise<number> {
  throw new CommandFailure('not there yet');
}
