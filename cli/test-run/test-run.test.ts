import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { missingPackages } from '../bootstrap.mjs';
import { isSameProcess, processIdOf } from '../process/index.ts';
import { createSweep } from './sweep.ts';
import { tallyOf } from './vitest.ts';

const report = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults: [] };

describe('counting a test run', () => {
  it('takes passed, failed and skipped from the report', () => {
    expect(tallyOf(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 3 });
  });

  it('counts a file that could not be loaded', () => {
    expect(tallyOf({ ...report, testResults: [{ status: 'failed', assertionResults: [] }] }, 1).failed).toBe(2);
  });

  it('counts a run that broke without a failed test', () => {
    expect(tallyOf({ ...report, numFailedTests: 0 }, 1).failed).toBe(1);
    expect(tallyOf(undefined, 1).failed).toBe(1);
  });
});

describe('the sweep', () => {
  it('ends what a run left behind, and nothing else', async () => {
    const sweep = createSweep();
    const idle = ['-e', 'setInterval(() => undefined, 1000)'];
    const stray = spawn(process.execPath, idle, { env: { ...process.env, ...sweep.environment }, detached: true, stdio: 'ignore' });
    const stranger = spawn(process.execPath, idle, { stdio: 'ignore' });
    const id = processIdOf(stray.pid ?? 0);
    const lines = await sweep.end();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('setInterval');
    expect(isSameProcess(id)).toBe(false);
    expect(isSameProcess(processIdOf(stranger.pid ?? 0))).toBe(true);
    stranger.kill('SIGKILL');
  });
});

describe('what is missing from node_modules', () => {
  const lock = {
    packages: {
      '': {},
      shared: { version: '1.0.0' },
      'node_modules/@handover/shared': { link: true },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0' },
      'node_modules/elsewhere': { version: '1.0.0', os: ['plan9'] },
      'node_modules/perhaps': { version: '1.0.0', optional: true },
    },
  };

  it('is what the lock file names for this platform in another version or not at all', () => {
    expect(missingPackages(lock, path => ({ 'node_modules/a': '1.0.0', 'node_modules/b': '1.9.0' })[path])).toEqual(['node_modules/b']);
    expect(missingPackages(lock, () => undefined)).toEqual(['node_modules/a', 'node_modules/b']);
  });
});
