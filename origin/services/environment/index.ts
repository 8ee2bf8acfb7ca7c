import type { Logger } from '@handover/shared/log';
import { systemClock, type Clock } from '@handover/shared/time';
import type { Hono } from 'hono';
import type { Identity } from '../../contracts/identity.ts';
import type { ContactCenters, ContactCenterSetting } from '../../contracts/stores.ts';
import { allowedOrigins } from './origins.ts';
import { createRoutes, type AppEnvironment } from './routes.ts';

export interface EnvironmentService {
  /** Mounted at `/environment/v3`; needs the bindings of `@hono/node-server`. */
  app: Hono<AppEnvironment>;
  /** Origins whose pages may call the API at this location, at most 10 s old (a change made here: at once); without I/O. */
  allowedOrigins(): readonly string[];
  start(): void;
  stop(): void;
}

const refreshMs = 10_000;
const maxCenters = 100;

/** Environments, contact centres, their settings and allowed origins, for operators; and the allowed origins for the server. */
export function createEnvironment(options: {
  contactCenters: ContactCenters;
  identity: Pick<Identity, 'requireOperator'>;
  /** Location path of this region, e.g. `/us-east`. */
  location: string;
  log: Logger;
  clock?: Clock;
}): EnvironmentService {
  const clock = options.clock ?? systemClock;
  const log = options.log.area('environment');
  let origins: readonly string[] = [];
  let stopped = false;
  let cancel = (): void => undefined;

  const read = async (from: 'local' | 'primary'): Promise<void> => {
    const store = options.contactCenters;
    const centers = (await store.contactCenters(from)).slice(0, maxCenters);
    const settings = new Map<string, readonly ContactCenterSetting[]>();
    for (const { id } of centers) settings.set(id, await store.settings(id, from));
    origins = allowedOrigins(await store.corsOrigins(from), settings, options.location);
  };
  const turn = async (): Promise<void> => {
    // What was known holds while no server answers.
    await read('local').catch(() => undefined);
    if (!stopped) cancel = clock.after(refreshMs, () => void turn());
  };
  return {
    app: createRoutes({ ...options, log, changed: () => void read('primary').catch(() => undefined) }),
    allowedOrigins: () => origins,
    start: () => void turn(),
    stop() {
      stopped = true;
      cancel();
    },
  };
}
