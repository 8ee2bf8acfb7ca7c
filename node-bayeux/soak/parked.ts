import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ParkedClients } from './parked-clients.ts';
import { pause, say, usage } from './proc.ts';

// 10,000 parked sessions for ten minutes: memory flat, CPU near zero; then all leave, and memory is back.
//   node node-bayeux/soak/parked.ts [--clients 10000] [--minutes 10]
const clients = Number(option('clients') ?? 10_000);
const minutes = Number(option('minutes') ?? 10);
const limits = { flatPercent: 5, cpuPercent: 3, backPercent: 10 };

const script = join(import.meta.dirname, 'parked-server.ts');
const child = spawn(process.execPath, ['--expose-gc', script], { stdio: ['ignore', 'pipe', 'inherit'] });
let lastMetrics = '{}';
const port = await new Promise<number>(resolve => {
  child.stdout.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString('utf8').trim().split('\n')) {
      const ready = /^READY \d+ (\d+)/.exec(line);
      if (ready !== null) resolve(Number(ready[1]));
      else lastMetrics = line;
    }
  });
});
const { pid = 0 } = child;
const faults: string[] = [];
try {
  // Rounds before, so that compiled code, grown tables and what the allocator keeps are in the figure to come back to.
  for (let round = 0; round < 2; round++) {
    const warmUp = new ParkedClients(port);
    await warmUp.join(clients);
    await warmUp.leave();
  }
  await pause(15_000);
  const before = await settled();
  report('before', before);
  const parked = new ParkedClients(port);
  await parked.join(clients);
  const full = await settled();
  report('parked', full);
  const start = Date.now();
  let highest = full;
  let cpuMs = 0;
  let watchedMs = 0;
  while (Date.now() - start < minutes * 60_000) {
    // The collections that a reading of memory asks for are not the server's own work: CPU is taken between them.
    const [cpuStart, pauseStart] = [usage(pid).cpuMs, Date.now()];
    await pause(Math.min(30_000, minutes * 60_000));
    cpuMs += usage(pid).cpuMs - cpuStart;
    watchedMs += Date.now() - pauseStart;
    const now = await settled();
    highest = { rssMb: Math.max(highest.rssMb, now.rssMb), heapMb: Math.max(highest.heapMb, now.heapMb) };
    report(`after ${Math.round((Date.now() - start) / 1_000)} s`, now);
  }
  const cpuPercent = (cpuMs / watchedMs) * 100;
  say(`CPU ${cpuPercent.toFixed(2)} % of one core with ${clients} parked`);
  if (parked.failures > 0) faults.push(`${parked.failures} clients failed`);
  const flat = 1 + limits.flatPercent / 100;
  if (highest.rssMb > full.rssMb * flat) faults.push(`memory grew from ${full.rssMb.toFixed(1)} to ${highest.rssMb.toFixed(1)} MB`);
  if (highest.heapMb > full.heapMb * flat) faults.push(`the heap grew from ${full.heapMb.toFixed(1)} to ${highest.heapMb.toFixed(1)} MB`);
  if (cpuPercent > limits.cpuPercent) faults.push(`CPU ${cpuPercent.toFixed(2)} %`);
  await parked.leave();
  await pause(15_000);
  const after = await settled();
  report('all gone', after);
  const back = 1 + limits.backPercent / 100;
  if (after.rssMb > before.rssMb * back) faults.push(`memory was ${before.rssMb.toFixed(1)} MB and is ${after.rssMb.toFixed(1)} MB`);
  if (after.heapMb > before.heapMb * back) faults.push(`the heap was ${before.heapMb.toFixed(1)} MB and is ${after.heapMb.toFixed(1)} MB`);
  const { sessions, heldConnects } = JSON.parse(lastMetrics) as { sessions: number; heldConnects: number };
  if (sessions + heldConnects > 0) faults.push(`${sessions} sessions and ${heldConnects} held connects are left`);
} finally {
  child.kill('SIGKILL');
}
say(faults.length === 0 ? 'passed' : `failed: ${faults.join('; ')}`);
process.exit(faults.length === 0 ? 0 : 1);

interface Memory {
  readonly rssMb: number;
  readonly heapMb: number;
}

/** Memory after full collections. */
async function settled(): Promise<Memory> {
  for (let n = 0; n < 4; n++) {
    child.kill('SIGUSR2');
    await pause(700);
  }
  const { memory } = JSON.parse(lastMetrics) as { memory: { heapUsed: number } };
  return { rssMb: usage(pid).rssMb, heapMb: memory.heapUsed / 1_048_576 };
}

function report(when: string, { rssMb, heapMb }: Memory): void {
  say(`${when}: ${rssMb.toFixed(1)} MB resident, ${heapMb.toFixed(1)} MB heap`);
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}
