import { ConfigError } from '@handover/shared/config';
import { createLogger } from '@handover/shared/log';
import type { AddressInfo } from 'node:net';
import { buildOrigin } from './build.ts';
import { originConfigFrom, readEnvironment } from './config.ts';

/** One origin node: reads the environment, says `READY <port>` when it serves, hands over and ends on SIGTERM or SIGINT. */
const configured = ((): ReturnType<typeof originConfigFrom> => {
  try {
    return originConfigFrom(readEnvironment());
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError || error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
})();
const log = createLogger({
  sink: line => void process.stderr.write(`${line}\n`),
  area: 'origin',
  level: configured.logLevel,
  base: { region: configured.region, node: configured.node },
});
process.on('unhandledRejection', reason =>
  log.error('unhandled rejection', { error: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason) }),
);

/** A whole floor connects at once when it moves here; Node's own 511 would make the rest wait for a retransmission. The kernel caps it. */
const backlog = 8_192;

const origin = buildOrigin(configured, log);
await origin.start();
await new Promise<void>((resolve, reject) => {
  origin.server.once('error', reject);
  origin.server.listen({ port: configured.port, host: configured.host, backlog }, resolve);
});
process.stdout.write(`READY ${(origin.server.address() as AddressInfo).port}\n`);

let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await origin.stop();
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
