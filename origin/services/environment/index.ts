import type { Logger } from '@handover/shared/log';
import { systemClock, type Clock } from '@handover/shared/time';
import type { Hono } from 'hono';
import type { Identity } from '../../contracts/identity.ts';
import type { AuditLog, ContactCenters } from '../../contracts/stores.ts';
import { allowedOrigins, corsSetting } from './origins.ts';
import { createRoutes } from './routes.ts';
import type { AppEnvironment } from './wire.ts';

export interface EnvironmentService {
  /** Mounted at `/environment/v3`; needs the bindings of `@hono/node-server`. */
  app: Hono<AppEnvironment>;
  /** Origins whose pages may call the API at this location, at most 3 s old (a change made here: at once); without I/O. At most 500. */
  allowedOrigins(): readonly string[];
  start(): void;
  stop(): void;
}

const refreshMs = 3_000;
/** After a change made here the standby may lag: until it has surely followed, the primary is asked. */
const lagMs = 10_000;

/** Environments, contact centres, their settings and allowed origins, for operators; and the allowed origins for the server. */
export function createEnvironment(options: {
  contactCenters: ContactCenters;
  audit: AuditLog;
  identity: Pick<Identity, 'requireOperator'>;
  /** Location path of this region, e.g. `/us-east`. */
  location: string;
  log: Logger;
  clock?: Clock;
  /** Told the allowed origins whenever they were read. */
  changed?: (origins: readonly string[]) => void;
}): EnvironmentService {
  const clock = options.clock ?? systemClock;
  const log = options.log.area('environment');
  let origins: readonly string[] = [];
  let stopped = false;
  let cancel = (): void => undefined;
  /** Reads begun; an older one that ends later says nothing new. */
  let begun = 0;
  let newest = 0;
  let changedMs = Number.NEGATIVE_INFINITY;

  const read = async (from: 'local' | 'primary'): Promise<void> => {
    begun += 1;
    const turnOf = begun;
    const store = options.contactCenters;
    const [listed, settings] = await Promise.all([store.corsOrigins(from), store.settingsNamed(corsSetting, from)]);
    if (turnOf < newest) return;
    newest = turnOf;
    origins = allowedOrigins(listed, settings, options.location);
    options.changed?.(origins);
  };
  const turn = async (): Promise<void> => {
    // What was known holds while no server answers.
    await read(clock.monotonic() - changedMs < lagMs ? 'primary' : 'local').catch(() => undefined);
    if (!stopped) cancel = clock.after(refreshMs, () => void turn());
  };
  const changed = (): void => {
    changedMs = clock.monotonic();
    void read('primary').catch(() => undefined);
  };
  return {
    app: createRoutes({ ...options, log, changed }),
    allowedOrigins: () => origins,
    start: () => void turn(),
    stop() {
      stopped = true;
      cancel();
    },
  };
}
