import { startEdge as startWorker } from '@handover/edge/serve';
import { appendFileSync } from 'node:fs';
import { processIdOf } from '../process/index.ts';
import { builtPages } from './pages.ts';
import { regionsOf } from './parts.ts';
import type { StartEdge } from './index.ts';

/** Starts the worker on workerd, with the pages built first unless they are not wanted. */
export const startEdge: StartEdge = async (context, log) => {
  const { options, secrets } = context;
  const pages = options.ui ? await builtPages() : undefined;
  const edge = await startWorker({
    port: options.port,
    regions: regionsOf(context),
    keyring: secrets.edgeKeyring,
    ...(pages === undefined ? {} : { assetsDir: pages }),
    opsUser: 'ops',
    opsPassword: secrets.opsPassword,
    onLine: line => appendFileSync(log, `${line}\n`, { mode: 0o600 }),
  });
  return { process: processIdOf(edge.pid), stop: () => edge.stop() };
};
