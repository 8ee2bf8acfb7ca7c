import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPostgresServers } from '../../cli/postgres/index.ts';
import type { RunningSystem } from './system.ts';

/** Starts a region's server as a unit file would that knows nothing of a promotion. `fault heal` ends it. */
export async function startPostgresUnasked(system: RunningSystem, region: string): Promise<void> {
  const state = JSON.parse(readFileSync(join(system.stateDir, 'state.json'), 'utf8')) as {
    parts: { id: string; host: string; port: number; log: string }[];
  };
  const part = state.parts.find(each => each.id === `postgres ${region}`);
  if (part === undefined) throw new Error(`there is no server in ${region}`);
  await createPostgresServers(system.stateDir).start({ region, host: part.host, port: part.port, log: part.log, namespace: undefined });
}
