import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isRegistryReachable, packNodeBayeux, run } from './packed.ts';

// The 43 tests that cometd-nodejs-server 1.2.1 ships, run against our package through a shim with its file names.
// They are fetched at test time and not kept.
const reachable = isRegistryReachable();
const folder = mkdtempSync(join(tmpdir(), 'peer-suite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface MochaReport {
  readonly stats: { readonly passes: number; readonly failures: number; readonly pending: number };
  readonly failures: readonly { readonly fullTitle: string; readonly err: { readonly message?: string } }[];
}

describe('cometd-nodejs-server 1.2.1', () => {
  it.skipIf(!reachable)('has its own 43 tests pass on node-bayeux (skipped: the npm registry is not reachable)', () => {
    const tarball = packNodeBayeux(folder);
    const suite = join(folder, 'suite');
    cpSync(prepare(suite, tarball), join(suite, 'test'), { recursive: true });
    run(
      process.execPath,
      [
        'node_modules/mocha/bin/mocha.js',
        '--exit',
        '--require',
        'ts-node/register',
        '--extension',
        'ts',
        '--reporter',
        'json',
        '--reporter-option',
        'output=report.json',
      ],
      suite,
      { TS_NODE_TRANSPILE_ONLY: '1', NODE_NO_WARNINGS: '1' },
      true,
    );
    const report = JSON.parse(run('cat', ['report.json'], suite)) as MochaReport;
    expect(report.failures.map(failure => `${failure.fullTitle}: ${failure.err.message ?? ''}`)).toEqual([]);
    expect(report.stats).toMatchObject({ passes: 43, failures: 0, pending: 0 });
  });
});

function prepare(suite: string, tarball: string): string {
  run('mkdir', ['-p', suite], folder);
  writeFileSync(join(suite, 'package.json'), JSON.stringify({ name: 'suite', private: true, main: 'shim.js' }));
  writeFileSync(join(suite, 'tsconfig.json'), JSON.stringify({ compilerOptions: { target: 'ES2022', module: 'CommonJS', strict: true } }));
  writeFileSync(join(suite, 'shim.js'), "exports.createCometDServer = require('node-bayeux').createCometDServer;\n");
  writeFileSync(
    join(suite, 'ack-extension.js'),
    "exports.AcknowledgedMessagesExtension = require('node-bayeux').AcknowledgedMessagesExtension;\n",
  );
  run(
    'npm',
    [
      'install',
      '--no-package-lock',
      tarball,
      'cometd-nodejs-server@1.2.1',
      'mocha@10',
      'ts-node@10',
      'typescript@5',
      '@types/mocha@10',
      '@types/node@20',
      'cometd@7',
      'cometd-nodejs-client@1.5.0',
    ],
    suite,
  );
  return join(suite, 'node_modules', 'cometd-nodejs-server', 'test');
}
