import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSyncGuard, type PostgresPlace, type PostgresServers, type SyncGuard } from '../postgres/index.ts';
import type { SystemOptions } from './plan.ts';

interface GuardParts {
  options: Pick<SystemOptions, 'regions' | 'sync'>;
  databases: PostgresServers;
  placeOf: (region: string) => PostgresPlace | undefined;
  logs: string;
  progress: { note(text: string): void };
}

/** The region whose standby commits wait for: the first one that is not the primary's. */
export const syncStandby = (regions: readonly string[], primary: string | undefined): string | undefined =>
  regions.find(region => region !== primary);

/** Watches over synchronous commits when they are wanted; every change is said by `up` and kept in `logs/postgres-sync.log`. */
export function guardSync({ options, databases, placeOf, logs, progress }: GuardParts): SyncGuard | undefined {
  if (options.sync === undefined) return undefined;
  return createSyncGuard({
    login: databases.login,
    wish: options.sync,
    pair: () => {
      const region = databases.primaryRegion();
      const standby = syncStandby(options.regions, region);
      const primary = region === undefined ? undefined : placeOf(region);
      return primary === undefined || standby === undefined ? undefined : { primary, standby };
    },
    alarm: text => {
      progress.note(text);
      appendFileSync(join(logs, 'postgres-sync.log'), `${new Date().toISOString()} ${text}\n`);
    },
  });
}
