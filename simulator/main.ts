import { createLogger } from '@handover/shared/log';
import type { Logger } from '@handover/shared/log';
import { systemClock } from '@handover/shared/time';
import type { CommandLine } from './command-line.ts';
import { readCommandLine } from './command-line.ts';
import { startRole } from './roles/index.ts';

/** `node simulator/main.ts <role> --options`: one process of a simulated Genesys site. Prints `READY <port>` when it serves. */
async function main(): Promise<void> {
  let line: CommandLine;
  try {
    line = readCommandLine(process.argv.slice(2));
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exitCode = 2;
    return;
  }
  const sink = (text: string): void => void process.stderr.write(`${text}\n`);
  const log = createLogger({ sink, area: `simulator.${line.role}`, base: { site: line.site, role: line.serverRole } });
  const stop = stopper(log);
  const running = await startRole(line, { clock: systemClock, log });
  stop.with(() => running.stop());
  if (running.reload !== undefined) process.on('SIGHUP', running.reload);
  process.stdout.write(`READY ${running.ports.join(' ')}\n`);
  if (line.watchStdin) process.stdin.resume().once('close', stop.now).once('end', stop.now);
}

/** Ends the process once, in order, however often it is told to. */
function stopper(log: Logger): { with(stop: () => Promise<void>): void; now: () => void } {
  let act: () => Promise<void> = () => Promise.resolve();
  let ending = false;
  const now = (): void => {
    if (ending) return;
    ending = true;
    log.info('ends');
    void act().finally(() => process.exit(0));
  };
  process.on('SIGTERM', now);
  process.on('SIGINT', now);
  return { with: stop => void (act = stop), now };
}

await main();
