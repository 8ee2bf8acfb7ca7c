import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { argumentsFrom, UsageError } from './options.ts';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');
const outputLimit = 200_000;

interface Step {
  name: string;
  command: string;
  args: readonly string[];
}

/** The checks, the slow ones first. Each also runs alone: `npm run check:lint` and so on. */
const steps: readonly Step[] = [
  {
    name: 'lint',
    command: join(bin, 'eslint'),
    args: ['--cache', '--cache-location', 'node_modules/.cache/eslint/', '--max-warnings', '0', '.'],
  },
  { name: 'types', command: process.execPath, args: ['cli/check/types.ts'] },
  { name: 'format', command: join(bin, 'prettier'), args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'unused', command: join(bin, 'knip'), args: [] },
  { name: 'imports', command: process.execPath, args: ['cli/check/imports.ts'] },
  { name: 'licences', command: process.execPath, args: ['cli/check/licences.ts'] },
];

/** `npm run check`: format, lint, types, import rules, unused code and licences, side by side; exit code 1 when one is red. */
export async function check(args: readonly string[]): Promise<number> {
  if (argumentsFrom(args, {}).words.length > 0) throw new UsageError('check takes no arguments');
  const { failed } = await runChecks();
  return failed === 0 ? 0 : 1;
}

/** Runs all checks and prints a line for each, with its output when it is red. */
export async function runChecks(): Promise<{ passed: number; failed: number }> {
  const waiting = [...steps];
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const from = Date.now();
      const { code, output } = await run(step);
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name.padEnd(10)} ${((Date.now() - from) / 1000).toFixed(1)} s`);
      if (code === 0) continue;
      failed += 1;
      console.log(output.replace(/^/gm, '     '));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return { passed: steps.length - failed, failed };
}

function run({ command, args }: Step): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-outputLimit));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', error => resolve({ code: 1, output: error.message }));
    child.once('close', code => resolve({ code: code ?? 1, output }));
  });
}
