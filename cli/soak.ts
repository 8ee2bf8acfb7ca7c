import { join } from 'node:path';
import { argumentsFrom, UsageError } from './options.ts';
import { createSweep } from './test-run/sweep.ts';
import { runProject } from './test-run/vitest.ts';

/** `npm run soak`: the tests that take long. */
export async function soak(args: readonly string[]): Promise<number> {
  if (argumentsFrom(args, {}).words.length > 0) throw new UsageError('soak takes no arguments');
  const sweep = createSweep();
  const tally = await runProject(join(import.meta.dirname, '..'), 'soak', sweep.environment);
  const left = await sweep.end();
  for (const line of left) console.log(`left behind: ${line}`);
  console.log(`\n${tally.passed} passed, ${tally.failed + left.length} failed`);
  return tally.failed + left.length === 0 ? 0 : 1;
}
