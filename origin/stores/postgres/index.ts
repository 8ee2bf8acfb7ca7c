import type { Logger } from '@handover/shared/log';
import { sleep, systemClock, type Clock } from '@handover/shared/time';
import type { AuditLog, ContactCenters, OAuthClients, RefreshTokens, TimelineMemory } from '../../contracts/stores.ts';
import type { Documents } from '../../contracts/documents.ts';
import type { ContactServer } from '../../contracts/contacts.ts';
import type { Preferences } from '../../contracts/workspace.ts';
import { addressesFrom } from './address.ts';
import { createAuditLog } from './audit.ts';
import { createClients } from './clients.ts';
import { createContactCenters } from './contact-centers.ts';
import { createContacts } from './contacts.ts';
import { createDatabase, type Database } from './database.ts';
import { createDocuments } from './documents.ts';
import { createInteractionHistory } from './interaction-history.ts';
import { migrate, readMigrations, schemaReached, type Migration } from './migrate.ts';
import { createPreferences } from './preferences.ts';
import { createStandardResponses } from './standard-responses.ts';
import { createRefreshTokens } from './refresh-tokens.ts';

export interface Postgres {
  clients: OAuthClients;
  contactCenters: ContactCenters;
  refreshTokens: RefreshTokens;
  preferences: Preferences;
  documents: Documents;
  contacts: ContactServer;
  audit: AuditLog;
  /** Whether a primary was there at the last look, at most a second old; without I/O. */
  readonly writable: boolean;
  /** Looks for the servers, and brings the schema up to date as soon as a primary is there. Resolves after the first look, whatever it showed. */
  start(): Promise<void>;
  /** Resolves when the schema this version needs can be read locally; for ever pending when it never can. */
  ready(): Promise<void>;
  /** Looks at every server now; otherwise it happens once a second. */
  lookAround(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The PostgreSQL store over a list of servers, the own region's first (`DATABASE_URL`). Writes go to the primary of the highest timeline ever
 * seen; without one they reject with `store.read-only` within 2 s. `local` reads ask the first server that answers. `timelines` keeps the
 * highest one over a restart; nothing is written before it was heard.
 */
export function createPostgres(options: { url: string; log: Logger; clock?: Clock; timelines?: TimelineMemory }): Postgres {
  const clock = options.clock ?? systemClock;
  const log = options.log.area('postgres');
  const database = createDatabase(addressesFrom(options.url), clock, log, options.timelines);
  let stopped = false;
  let migrated: Promise<void> = Promise.resolve();
  return {
    clients: createClients(database),
    contactCenters: createContactCenters(database),
    refreshTokens: createRefreshTokens(database),
    preferences: createPreferences(database),
    documents: createDocuments(database),
    contacts: {
      contacts: createContacts(database),
      history: createInteractionHistory(database),
      responses: createStandardResponses(database),
    },
    audit: createAuditLog(database),
    get writable() {
      return database.writable;
    },
    async start() {
      const migrations = await readMigrations();
      await database.start();
      migrated = bringUpToDate(database, migrations, { clock, log, stopped: () => stopped });
    },
    ready: () => migrated,
    lookAround: () => database.lookAround(),
    async stop() {
      stopped = true;
      await database.stop();
    },
  };
}

/** A standby has its schema from the primary, so either finding it locally or migrating the primary ends this. */
async function bringUpToDate(
  database: Database,
  migrations: readonly Migration[],
  { clock, log, stopped }: { clock: Clock; log: Logger; stopped: () => boolean },
): Promise<void> {
  for (let told = false; !stopped(); await sleep(clock, 250)) {
    try {
      if (await database.read('local', sql => schemaReached(sql, migrations.length))) return;
      await migrate(await database.primaryAddress(), migrations, log);
    } catch (error) {
      if (!told) log.warn('the schema is not ready yet', { reason: error instanceof Error ? error.message : 'unknown' });
      told = true;
    }
  }
}
