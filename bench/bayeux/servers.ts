import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync, mkdtempSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type ServerName = 'node-bayeux' | 'cometd-nodejs-server' | 'faye' | 'floor';

/** A server in a process of its own. */
export interface BenchServer {
  readonly port: number;
  /** CPU time used so far, in microseconds. */
  cpuUs(): number;
  /** Memory after a full collection, in KB. */
  settledRssKb(): Promise<number>;
  stop(): void;
}

const root = join(import.meta.dirname, '../..');
const tickUs = 10_000;

/** Where the peers that are not among our own packages are installed, once per run of the bench. */
export function installPeers(): string {
  const folder = process.env['BAYEUX_PEERS'] ?? mkdtempSync(join(tmpdir(), 'bayeux-peers-'));
  if (!existsSync(join(folder, 'node_modules/cometd-nodejs-server'))) {
    const done = spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', 'cometd-nodejs-server@1.2.1'], {
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`cometd-nodejs-server cannot be installed:\n${done.stderr}`);
  }
  return folder;
}

export async function startServer(name: ServerName, peers: string, ack: boolean): Promise<BenchServer> {
  const script = name === 'node-bayeux' ? 'node-bayeux/bench/server.ts' : `bench/bayeux/peers/${name}.ts`;
  const args = ['--expose-gc', '--import', join(root, 'bench/bayeux/collect.ts'), join(root, script), '--port', '0'];
  const child = spawn(process.execPath, [...args, '--modules', peers, ...(ack ? ['--ack'] : [])], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Whatever ends the bench ends its server.
  const stop = (): void => void child.kill('SIGKILL');
  process.once('exit', stop);
  const port = await readyPort(child, name);
  const { pid = 0 } = child;
  return {
    port,
    cpuUs: () => {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) * tickUs;
    },
    settledRssKb: async () => {
      for (let n = 0; n < 3; n++) {
        child.kill('SIGUSR2');
        await new Promise(resolve => setTimeout(resolve, 400));
      }
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    },
    stop: () => {
      process.off('exit', stop);
      stop();
    },
  };
}

function readyPort(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const ready = /READY \d+ (\d+)/.exec(text);
      if (ready !== null) resolve(Number(ready[1]));
    });
    child.once('exit', code => reject(new Error(`${name} ended with ${String(code)} before it was ready`)));
  });
}
