import { join } from 'node:path';
import { runChecks } from './check.ts';
import { argumentsFrom, UsageError } from './options.ts';
import { installRequirements } from './test-run/requirements.ts';
import { createSweep } from './test-run/sweep.ts';
import { addTally, emptyTally, runProject, type Tally } from './test-run/vitest.ts';

const root = join(import.meta.dirname, '..');
const stages = ['check', 'unit', 'edge', 'system'] as const;
type Stage = (typeof stages)[number];

/** `npm test`: everything that CI runs. `--only unit,edge` runs a part of it. Ends in `N passed, N failed`; exit code 1 when something failed. */
export async function test(args: readonly string[]): Promise<number> {
  const given = argumentsFrom(args, { only: 'string' });
  if (given.words.length > 0) throw new UsageError(`test takes no words, but got "${given.words.join(' ')}"`);
  return runStages(stagesFrom(given.text('only')));
}

function stagesFrom(only: string | undefined): readonly Stage[] {
  if (only === undefined) return stages;
  return only.split(',').map(name => {
    const stage = stages.find(known => known === name);
    if (stage === undefined) throw new UsageError(`--only: "${name}" is none of ${stages.join(', ')}`);
    return stage;
  });
}

async function runStages(wanted: readonly Stage[]): Promise<number> {
  for (const note of installRequirements()) console.log(note);
  const sweep = createSweep();
  let tally = emptyTally;
  try {
    // One after the other: the later ones measure time, and the cores are few.
    for (const stage of wanted) {
      console.log(`\n== ${stage}`);
      tally = addTally(tally, await runStage(stage, sweep.environment));
    }
  } finally {
    const left = await sweep.end();
    for (const line of left) console.log(`left behind: ${line}`);
    tally = addTally(tally, { ...emptyTally, failed: left.length });
  }
  console.log(`\n${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}`);
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}

async function runStage(stage: Stage, environment: Record<string, string>): Promise<Tally> {
  if (stage === 'check') return { ...(await runChecks()), skipped: 0 };
  return runProject(root, stage, environment);
}
