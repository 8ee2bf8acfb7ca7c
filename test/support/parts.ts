import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import postgres from 'postgres';
import { customerCalls } from './situation.ts';
import type { RunningSystem } from './system.ts';
import { until } from './waiting.ts';

interface StateFile {
  regions: { name: string; simulator: string }[];
  database: { user: string; password: string; name: string };
  parts: { id: string; kind: string; host: string; port: number }[];
}

const stateOf = (system: RunningSystem): StateFile => JSON.parse(readFileSync(join(system.stateDir, 'state.json'), 'utf8')) as StateFile;

/** A customer calls a number at a site, past the edge: phones do not ring through it. */
export const customerCallsAt = (system: RunningSystem, region: string, to: string): Promise<string> =>
  customerCalls(stateOf(system).regions.find(each => each.name === region)?.simulator ?? '', to, '+15550100', '/calls');

/** Empties a region's cache. */
export const flushRedis = (system: RunningSystem, region: string): Promise<void> => flush(system, `redis ${region}`);

/** Empties the registry, as if it had come back without its data. */
export const wipeRegistry = (system: RunningSystem): Promise<void> => flush(system, 'registry-redis');

async function flush(system: RunningSystem, id: string): Promise<void> {
  const part = stateOf(system).parts.find(each => each.id === id);
  if (part === undefined) throw new Error(`there is no ${id}; is redis-server installed?`);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(part.port, part.host, () => socket.write('*1\r\n$8\r\nFLUSHALL\r\n'));
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('data', data => {
      socket.destroy();
      resolve(data.toString());
    });
  });
  if (!answer.startsWith('+OK')) throw new Error(`FLUSHALL: ${answer}`);
}

/** Waits until every standby has replayed what is written at the primary now. */
export async function untilReplicated(system: RunningSystem): Promise<void> {
  const { database, parts } = stateOf(system);
  const servers = parts
    .filter(part => part.kind === 'postgres')
    .map(({ host, port }) => postgres({ ...database, database: database.name, host, port, max: 1, connect_timeout: 5 }));
  try {
    const positions = await Promise.all(
      servers.map(
        sql => sql<{ at: string | null }[]>`select case when pg_is_in_recovery() then null else pg_current_wal_lsn()::text end as at`,
      ),
    );
    const written = positions.map(rows => rows[0]?.at).find(at => at != null);
    if (written === undefined || written === null) throw new Error('there is no primary');
    await until('the standbys have followed', 60_000, async () => {
      const followed = await Promise.all(
        servers.map(sql => sql<{ ok: boolean }[]>`select not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= ${written}::pg_lsn as ok`),
      );
      return followed.every(rows => rows[0]?.ok === true);
    });
  } finally {
    await Promise.all(servers.map(sql => sql.end({ timeout: 1 })));
  }
}
