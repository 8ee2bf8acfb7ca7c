import { expect, it } from 'vitest';
import { liveDay } from '../../origin/services/workspace/days/day-suite.ts';

// A failed day is lived again by its seed: `liveDay(seed, steps)`.
const days = 3_000;

it('after thousands of long days every desktop shows what its site knows', async () => {
  const failed: string[] = [];
  for (let seed = 1_000; seed < 1_000 + days && failed.length < 3; seed += 1)
    await liveDay(seed, 120).catch((fault: unknown) =>
      failed.push(`day ${seed}: ${fault instanceof Error ? fault.message : String(fault)}`),
    );
  expect(failed).toEqual([]);
});
