import { randomFaults } from './faults.ts';
import { describeWalk, shrink } from './shrink.ts';
import { walk } from './walk.ts';

/** Many walks: `node origin/ownership/model/soak.ts [walks] [first seed]`. Prints each failing seed, shrunk, and ends with 1 if there was one. */
const [walks = 100_000, first = 1] = process.argv.slice(2).map(Number);
const started = performance.now();
let failed = 0;
let worstMs = 0;
let commands = 0;
const write = (line: string): void => void process.stdout.write(`${line}\n`);

for (let seed = first; seed < first + walks; seed += 1) {
  const faults = randomFaults(seed);
  const options = { seed, faults, withoutDn: seed % 8 === 0 && faults.every(each => each.kind !== 'registry-rolls-back') };
  const result = await walk(options);
  commands += result.commands;
  worstMs = Math.max(worstMs, result.servedAfterMs);
  if (result.violations.length > 0) {
    failed += 1;
    write(describeWalk(await shrink(options)));
  }
  if ((seed - first + 1) % 1_000 === 0)
    write(`${seed - first + 1} walks, ${failed} failed, ${commands} commands, worst ${worstMs.toFixed(0)} ms`);
}
write(
  `${walks} walks, ${failed} failed, ${commands} commands, worst ${worstMs.toFixed(0)} ms, ${((performance.now() - started) / 1_000).toFixed(1)} s`,
);
process.exitCode = failed > 0 ? 1 : 0;
