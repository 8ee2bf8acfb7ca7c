import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { statusOf } from './situation.ts';
import type { RunningSystem } from './system.ts';

/** A node that a test started in the place of a system's own. */
export interface ReplacedNode {
  /** SIGTERM, then its exit code. */
  stop(): Promise<number | null>;
}

const main = join(import.meta.dirname, '../../origin/main.ts');
const readyTimeoutMs = 30_000;

/** Ends a node of the system and starts another in its place, with the same environment and `more`. */
export async function replaceNode(
  system: RunningSystem,
  more: Readonly<Record<string, string>>,
  node = 'us-east/1',
): Promise<ReplacedNode> {
  const pid = (await statusOf(system)).regions.flatMap(({ nodes }) => nodes).find(({ id }) => id === node)?.pid;
  const before = readFileSync(`/proc/${pid ?? 0}/environ`, 'utf8')
    .split('\0')
    .filter(Boolean);
  await system.handover('fault', 'kill', 'node', node);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: {
      ...Object.fromEntries(before.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)])),
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-8_000)));
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready within ${readyTimeoutMs} ms: ${said}`)), readyTimeoutMs);
    createInterface(child.stdout).once('line', () => {
      clearTimeout(timer);
      resolve();
    });
    void ended.then(code => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code}: ${said}`));
    });
  });
  return {
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
