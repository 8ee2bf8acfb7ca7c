import { CommandFailure } from './options.ts';

export async function test(_args: readonly string[]): Promise<number> {
  throw new CommandFailure('not there yet');
}
