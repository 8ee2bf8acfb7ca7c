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
  const cpuStart = usage(pid).cpuMs;
  const start = Date.now();
  let highest = full;
  while (Date.now() - start < minutes * 60_000) {
    await pause(Math.min(30_000, minutes * 60_000));
    const now = await settled();
    highest = Math.max(highest, now);
    report(`after ${Math.round((Date.now() - start) / 1_000)} s`, now);
  }
  const cpuPercent = ((usage(pid).cpuMs - cpuStart) / (Date.now() - start)) * 100;
  say(`CPU ${cpuPercent.toFixed(2)} % of one core with ${clients} parked`);
  if (parked.failures > 0) faults.push(`${parked.failures} clients failed`);
  if (highest > full * (1 + limits.flatPercent / 100)) faults.push(`memory grew from ${full.toFixed(1)} to ${highest.toFixed(1)} MB`);
  if (cpuPercent > limits.cpuPercent) faults.push(`CPU ${cpuPercent.toFixed(2)} %`);
  await parked.leave();
  await pause(15_000);
  const after = await settled();
  report('all gone', after);
  if (after > before * (1 + limits.backPercent / 100))
    faults.push(`memory was ${before.toFixed(1)} MB before and is ${after.toFixed(1)} MB after`);
  const { sessions, heldConnects } = JSON.parse(lastMetrics) as { sessions: number; heldConnects: number };
  if (sessions + heldConnects > 0) faults.push(`${sessions} sessions and ${heldConnects} held connects are left`);
} finally {
  child.kill('SIGKILL');
}
say(faults.length === 0 ? 'passed' : `failed: ${faults.join('; ')}`);
process.exit(faults.length === 0 ? 0 : 1);

async function settled(): Promise<number> {
  for (let n = 0; n < 3; n++) {
    child.kill('SIGUSR2');
    await pause(700);
  }
  return usage(pid).rssMb;
}

function report(when: string, rssMb: number): void {
  say(`${when}: ${rssMb.toFixed(1)} MB, ${lastMetrics}`);
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}
