import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: 0 };
export const addTally = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** Runs one vitest project with its own output on the terminal and counts what it did. A run that breaks counts as one failure. */
export async function runProject(root: string, project: string, environment: Record<string, string>): Promise<Tally> {
  const dir = mkdtempSync(join(tmpdir(), 'handover-report-'));
  const file = join(dir, 'report.json');
  try {
    const args = ['run', '--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const code = await run(join(root, 'node_modules/.bin/vitest'), args, root, environment);
    return tallyOf(readReport(file), code);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Counts a report; `code` is what vitest ended with, which may know of a fault that no test has. */
export function tallyOf(report: Report | undefined, code: number): Tally {
  if (report === undefined) return { ...emptyTally, failed: code === 0 ? 0 : 1 };
  const unloaded = report.testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

function run(command: string, args: readonly string[], cwd: string, environment: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...environment } });
    const stop = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    child.once('error', reject);
    child.once('close', code => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve(code ?? 1);
    });
  });
}
