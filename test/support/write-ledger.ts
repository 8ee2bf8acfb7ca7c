import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import type { RunningSystem } from './system.ts';

/** Writes that operators make, one record each, and when each was acknowledged. */
export interface WriteLedger {
  /** Names of acknowledged records, and when (epoch ms) the answer came. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** Answers that were errors, by their code. */
  readonly refused: ReadonlyMap<string, number>;
  /** Resolves when so many writes are acknowledged. */
  until(count: number): Promise<void>;
  /** Ends the writers. */
  stop(): Promise<void>;
  /** Acknowledged records that a region's database does not have. */
  missingIn(region: string): Promise<string[]>;
}

const writers = 6;
const deadlineMs = 240_000;

/** Begins to write through the system's URL, by several writers at once; a refused write is tried again under another name. */
export function startWriteLedger(system: RunningSystem): WriteLedger {
  const acknowledged = new Map<string, number>();
  const refused = new Map<string, number>();
  const run = randomUUID().slice(0, 8);
  let stopped = false;
  let next = 0;
  const authorization = `Basic ${Buffer.from('ops:ops').toString('base64')}`;

  const writeOne = async (): Promise<boolean> => {
    next += 1;
    const name = `ledger-${run}-${next}`;
    let code = 'lost';
    try {
      const response = await fetch(`${system.url}/environment/v3/environments`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ data: { name } }),
      });
      const body = (await response.json()) as { errors?: { code: string }[] };
      if (response.status === 200) {
        acknowledged.set(name, Date.now());
        return true;
      }
      code = body.errors?.[0]?.code ?? String(response.status);
    } catch {
      // The connection broke: nobody knows.
    }
    refused.set(code, (refused.get(code) ?? 0) + 1);
    return false;
  };
  const work = async (): Promise<void> => {
    while (!stopped) if (!(await writeOne())) await new Promise(resolve => setTimeout(resolve, 100));
  };
  const working = Promise.all(Array.from({ length: writers }, work));
  return {
    acknowledged,
    refused,
    async until(count) {
      for (const end = Date.now() + deadlineMs; acknowledged.size < count; await new Promise(resolve => setTimeout(resolve, 20)))
        if (Date.now() > end) throw new Error(`${acknowledged.size} of ${count} writes; ${JSON.stringify([...refused])}`);
    },
    async stop() {
      stopped = true;
      await working;
    },
    async missingIn(region) {
      const sql = databaseOf(system, region);
      try {
        const rows = await sql<{ name: string }[]>`select name from environments where name like ${`ledger-${run}-%`}`;
        const there = new Set(rows.map(row => row.name));
        return [...acknowledged.keys()].filter(name => !there.has(name));
      } finally {
        await sql.end({ timeout: 1 });
      }
    },
  };
}

/** A connection to a region's server, past every origin. The caller ends it. */
export function databaseOf(system: RunningSystem, region: string): postgres.Sql {
  const state = JSON.parse(readFileSync(join(system.stateDir, 'state.json'), 'utf8')) as {
    database: { user: string; password: string; name: string };
    parts: { id: string; host: string; port: number }[];
  };
  const part = state.parts.find(each => each.id === `postgres ${region}`);
  if (part === undefined) throw new Error(`there is no server in ${region}`);
  const { user, password, name } = state.database;
  return postgres({
    host: part.host,
    port: part.port,
    user,
    password,
    database: name,
    max: 1,
    connect_timeout: 5,
    onnotice: () => undefined,
  });
}
