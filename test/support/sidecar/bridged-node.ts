import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { statusOf, type RunningSystem } from '../index.ts';
import type { Certificates } from './certificates.ts';

/** A node of a system that runs with the driver `bridge`. */
export interface BridgedNode {
  /** SIGTERM, then its exit code. */
  stop(): Promise<number | null>;
}

const main = join(import.meta.dirname, '../../../origin/main.ts');
const readyTimeoutMs = 30_000;

/** Ends a node of the system and starts another in its place, with the same environment but for the way to the Genesys servers. */
export async function bridgeNode(
  system: RunningSystem,
  bridge: { url: string; certificates: Certificates },
  node = 'us-east/1',
): Promise<BridgedNode> {
  const pid = (await statusOf(system)).regions.flatMap(({ nodes }) => nodes).find(({ id }) => id === node)?.pid;
  const before = readFileSync(`/proc/${pid ?? 0}/environ`, 'utf8')
    .split('\0')
    .filter(Boolean);
  await system.handover('fault', 'kill', 'node', node);
  const { certificates } = bridge;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: {
      ...Object.fromEntries(before.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)])),
      HANDOVER_DRIVER: 'bridge',
      HANDOVER_BRIDGE_URL: bridge.url,
      HANDOVER_BRIDGE_CERT_FILE: certificates.client.certFile,
      HANDOVER_BRIDGE_KEY_FILE: certificates.client.keyFile,
      HANDOVER_BRIDGE_CA_FILE: certificates.caFile,
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
