import { uuidv7 } from '@handover/shared/ids';
import { createLogger } from '@handover/shared/log';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createPostgres, type Postgres } from '../../origin/stores/postgres/index.ts';
import { debianPostgres, hasDebianPostgres, startPostgres, until, type TestPostgres } from './stores-support.ts';

type AuditEntry = Parameters<Postgres['audit']['append']>[0];
type OAuthClient = Parameters<Postgres['clients']['update']>[0];
type RecentTarget = Parameters<Postgres['preferences']['addRecent']>[2];
type FavoriteTarget = Parameters<Postgres['preferences']['saveFavorite']>[2];

const log = createLogger({ sink: () => undefined, area: 'test' });
const audit = (subject: string): AuditEntry => ({ actor: 'test', action: 'test', subject, detail: { list: ['a'] }, requestId: 'r1' });
const client = (clientId: string): Omit<OAuthClient, 'version'> => ({
  clientId,
  name: clientId,
  secretHash: 'hash',
  clientType: 'CONFIDENTIAL',
  internalClient: false,
  grantTypes: ['password'],
  redirectUris: [],
  scopes: ['*'],
  authorities: [],
  contactCenterIds: [],
  accessTokenExpirationS: 60,
  refreshTokenExpirationS: 60,
});

const undo: (() => Promise<unknown>)[] = [];
const opened = (servers: TestPostgres, ...order: string[]): Promise<Postgres> => openedAt(servers.url(...order));
type Timelines = NonNullable<Parameters<typeof createPostgres>[0]['timelines']>;
const openedAt = async (url: string, timelines?: Timelines): Promise<Postgres> => {
  const store = createPostgres({ url, log, ...(timelines === undefined ? {} : { timelines }) });
  undo.push(() => store.stop());
  await store.start();
  return store;
};
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

if (!hasDebianPostgres)
  console.log(`skipped: the store on PostgreSQL 15, because ${debianPostgres.dir} is not there (apt-get install postgresql-15)`);

describe.each([
  { version: '18, embedded', installed: undefined, skipped: false },
  { version: '15, of Debian', installed: debianPostgres, skipped: !hasDebianPostgres },
])('a store on a primary and a standby of PostgreSQL $version', ({ installed, skipped }) => {
  if (skipped) return void test.skip('not installed', () => undefined);

  let servers: TestPostgres;
  beforeAll(async () => {
    servers = await startPostgres(['us-east', 'eu-west'], installed);
  });
  afterAll(() => servers?.stop());

  test('nodes that start at once bring the schema up to date once, and a node at the standby waits for it', async () => {
    const stores = await Promise.all([
      opened(servers, 'us-east', 'eu-west'),
      opened(servers, 'us-east', 'eu-west'),
      opened(servers, 'eu-west', 'us-east'),
    ]);
    await Promise.all(stores.map(store => store.ready()));
    for (const store of stores) expect(await store.audit.list(10, 'local')).toEqual([]);
  });

  test('what is written through the standby’s node is on the primary at once and on the standby soon', async () => {
    const west = await opened(servers, 'eu-west', 'us-east');
    await west.audit.append(audit('first'));
    expect((await west.audit.list(1, 'primary'))[0]).toMatchObject(audit('first'));
    await until('replicated', async () => (await west.audit.list(1, 'local'))[0]?.subject === 'first');
  });

  test('a client of two writers is changed by the one who knew the current version', async () => {
    const east = await opened(servers, 'us-east', 'eu-west');
    const made = await east.clients.create(client('c1'), audit('c1'));
    if (!made.ok) throw new Error('not made');
    expect(made.value).toEqual({ ...client('c1'), version: 1 });
    expect(await east.clients.create(client('c1'), audit('c1'))).toEqual({ ok: false, reason: 'exists' });
    const both = await Promise.all(['one', 'two'].map(name => east.clients.update({ ...made.value, name }, audit('c1'))));
    expect(both.map(answer => answer.ok).sort()).toEqual([false, true]);
    expect(both.find(answer => !answer.ok)).toEqual({ ok: false, reason: 'version' });
    expect(await east.clients.update({ ...made.value, clientId: 'nobody' }, audit('x'))).toEqual({ ok: false, reason: 'missing' });
    expect(await east.clients.remove('c1', audit('c1'), 1)).toEqual({ ok: false, reason: 'version' });
    expect(await east.clients.remove('c1', audit('c1'), 2)).toMatchObject({ ok: true });
    expect(await east.clients.remove('c1', audit('c1'))).toEqual({ ok: false, reason: 'missing' });
  });

  test('values are data, never statements', async () => {
    const east = await opened(servers, 'us-east', 'eu-west');
    const hostile = `x'; drop table audit; --\\"{}$1`;
    await east.audit.append(audit(hostile));
    expect((await east.audit.list(1, 'primary'))[0]?.subject).toBe(hostile);
  });

  test('a refresh token is exchanged once and keeps the time of it', async () => {
    const east = await opened(servers, 'us-east', 'eu-west');
    const record = {
      hash: 'h1',
      grantId: 'g1',
      clientId: 'c',
      tenant: 'acme',
      userName: 'agent1',
      payload: { a: [1] },
      expiresAtMs: 2_000_000_000_000,
    };
    await east.refreshTokens.save(record);
    expect(await east.refreshTokens.find('h1')).toEqual(record);
    const times = await Promise.all([1_000, 2_000, 3_000].map(atMs => east.refreshTokens.consume('h1', atMs)));
    expect(new Set(times).size).toBe(1);
    expect(await east.refreshTokens.consume('none', 1)).toBeUndefined();
    await east.refreshTokens.save({ ...record, hash: 'h2', expiresAtMs: 1_000 });
    expect(await east.refreshTokens.removeExpired(2_000)).toBe(1);
    await east.refreshTokens.removeGrant('g1');
    expect(await east.refreshTokens.find('h1')).toBeUndefined();
  });

  test('a person keeps the newest hundred recent targets, and each favourite once', async () => {
    const east = await opened(servers, 'us-east', 'eu-west');
    const target = { type: 'agent', emailAddresses: [], numbers: ['7001'] };
    const recent = (index: number): RecentTarget => ({ ...target, id: String(index), media: 'voice', timeStampMs: index, missed: true });
    for (let index = 0; index < 103; index += 1) await east.preferences.addRecent('acme', 'agent1', recent(index));
    const recents = await east.preferences.recents('acme', 'agent1');
    expect(recents).toHaveLength(100);
    expect(recents[0]).toEqual(recent(102));
    await east.preferences.acknowledgeMissed('acme', 'agent1');
    expect((await east.preferences.recents('acme', 'agent1')).some(entry => entry.missed)).toBe(false);
    const favorite: FavoriteTarget = { ...target, id: 'a', category: 'team' };
    expect(await east.preferences.saveFavorite('acme', 'agent1', favorite)).toBe(true);
    expect(await east.preferences.saveFavorite('acme', 'agent1', favorite)).toBe(false);
    expect(await east.preferences.favorites('acme', 'agent1')).toEqual([favorite]);
    expect(await east.preferences.favorites('acme', 'agent2')).toEqual([]);
    expect(await east.preferences.deleteFavorite('acme', 'agent1', 'agent', 'a')).toBe(true);
    expect(await east.preferences.deleteFavorite('acme', 'agent1', 'agent', 'a')).toBe(false);
  });

  test('documents are kept byte for byte, by tenant, until they are removed', async () => {
    const east = await opened(servers, 'us-east', 'eu-west');
    await east.ready();
    const document = { id: uuidv7(), name: 'näme.bin', mime: 'application/octet-stream', content: Uint8Array.from([0, 255, 39, 92]) };
    await east.documents.put('acme', document);
    expect(await east.documents.get('acme', document.id)).toEqual(document);
    expect(await east.documents.get('other', document.id)).toBeUndefined();
    await east.documents.remove('acme', document.id);
    expect(await east.documents.get('acme', document.id)).toBeUndefined();
  });

  test('a frozen primary gives a write an answer within 2 s, and everything goes on when it thaws', async () => {
    const west = await opened(servers, 'eu-west', 'us-east');
    await until('a primary is known', () => west.writable);
    servers.signalAll('us-east', 'SIGSTOP');
    const startedMs = performance.now();
    await expect(west.audit.append(audit('frozen'))).rejects.toMatchObject({
      code: expect.stringMatching(/^store\.(unavailable|read-only)$/) as string,
    });
    expect(performance.now() - startedMs).toBeLessThan(2_100);
    const readAtMs = performance.now();
    await west.audit.list(1, 'local');
    expect(performance.now() - readAtMs).toBeLessThan(1_000);
    servers.signalAll('us-east', 'SIGCONT');
    await until('written again', async () => {
      try {
        await west.audit.append(audit('thawed'));
        return true;
      } catch {
        return false;
      }
    });
  });

  test('commits that wait for a standby in vain are in doubt; then changes are refused at once, until it is back', async () => {
    const east = await opened(servers, 'us-east', 'eu-west');
    const operator = postgres(servers.url('us-east'), { max: 1, onnotice: () => undefined });
    undo.push(() => operator.end({ timeout: 1 }));
    const waitFor = async (names: string): Promise<void> => {
      await operator.unsafe(`alter system set synchronous_standby_names = '${names}'`);
      await operator`select pg_reload_conf()`;
    };
    await east.audit.append(audit('acknowledged'));
    await waitFor('nobody');
    undo.push(() => waitFor(''));
    await until('in doubt', async () => {
      const outcome = await east.audit.append(audit('in doubt')).catch((error: unknown) => error);
      return (outcome as { code?: string } | undefined)?.code === 'store.unavailable';
    });
    await until('known to stall', () => !east.writable);
    const startedMs = performance.now();
    await expect(east.audit.append(audit('refused'))).rejects.toMatchObject({ code: 'store.read-only' });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect((await east.audit.list(50, 'local')).some(({ subject }) => subject === 'refused')).toBe(false);
    await waitFor('');
    await until('writable again', () => east.writable);
    await east.audit.append(audit('again'));
  });

  test('more statements at once than there are connections all get their answer', async () => {
    const east = await opened(servers, 'us-east', 'eu-west');
    const answers = await Promise.all(Array.from({ length: 200 }, () => east.audit.list(1, 'local')));
    expect(answers).toHaveLength(200);
  });

  // From here on the servers change their roles: keep this the last.
  test('a killed primary stops writes and not reads; after a promotion writes go on, and the old primary is never written to again', async () => {
    const west = await opened(servers, 'eu-west', 'us-east');
    const east = await opened(servers, 'us-east', 'eu-west');
    await east.audit.append(audit('before'));
    await until('replicated', async () => (await west.audit.list(1, 'local'))[0]?.subject === 'before');
    await servers.kill('us-east');
    const startedMs = performance.now();
    // A connection that breaks under the statement leaves it in doubt; nothing was begun when none could be made.
    await expect(east.audit.append(audit('lost'))).rejects.toMatchObject({
      code: expect.stringMatching(/^store\.(read-only|unavailable)$/) as string,
      status: 503,
    });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect((await east.audit.list(1, 'local'))[0]?.subject).toBe('before');

    await servers.promote('eu-west');
    await until('writable', () => east.writable && west.writable, 5_000);
    await east.audit.append(audit('after'));
    expect((await west.audit.list(1, 'local'))[0]?.subject).toBe('after');

    // It still takes itself for the primary.
    await servers.start('us-east');
    await until('seen by both', async () => (await Promise.all([east, west].map(store => store.lookAround()))).length === 2);
    await east.audit.append(audit('again'));
    expect((await west.audit.list(1, 'local'))[0]?.subject).toBe('again');
    // Nor is it read from, although it is the first of the list.
    expect((await east.audit.list(1, 'local'))[0]?.subject).toBe('again');
    await servers.kill('eu-west');
    await expect(east.audit.append(audit('nowhere'))).rejects.toMatchObject({ code: 'store.read-only' });

    // A process that has just started has not seen the promotion; the memory has.
    const forgetful = await openedAt(servers.url('us-east', 'eu-west'));
    expect(forgetful.writable).toBe(true);
    const restarted = await openedAt(servers.url('us-east', 'eu-west'), { raiseTimeline: async (_, seen) => Math.max(seen, 2) });
    await expect(restarted.audit.append(audit('nowhere'))).rejects.toMatchObject({ code: 'store.read-only' });
    const unsure = await openedAt(servers.url('us-east', 'eu-west'), { raiseTimeline: () => Promise.reject(new Error('down')) });
    await expect(unsure.audit.append(audit('nowhere'))).rejects.toMatchObject({ code: 'store.read-only' });
  });
});
