import { AppError } from '@handover/shared/errors';
import { silentLogger } from '@handover/shared/log';
import { createFakeClock, type FakeClock } from '@handover/shared/time';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cache, RefreshTokenRecord, RefreshTokens } from '../../contracts/stores.ts';
import { createAdapterFactory } from './adapter.ts';
import { newCode } from './codes.ts';
import { grantIdFor } from './grant-id.ts';
import { createRevocations, type Revocations } from './revocations.ts';

const grantId = grantIdFor({ accountId: 'acme\\agent1', clientId: 'c1' });
const payload = (clock: FakeClock): AdapterPayload => ({
  jti: 'the-token',
  kind: 'RefreshToken',
  accountId: 'acme\\agent1',
  clientId: 'c1',
  grantId,
  iat: Math.floor(clock.now() / 1_000),
});

let clock: FakeClock;
let records: Map<string, RefreshTokenRecord>;
let revocations: Revocations;
let adapterOf: (model: string) => Adapter;

beforeEach(() => {
  clock = createFakeClock();
  records = new Map();
  const entries = new Map<string, string>();
  const cache: Cache = {
    get: async key => entries.get(key),
    set: async (key, value) => void entries.set(key, value),
    setIfAbsent: async (key, value) => !entries.has(key) && entries.set(key, value) === entries,
    increment: async () => 1,
    delete: async key => void entries.delete(key),
  };
  const refreshTokens = {
    writable: true,
    find: async (hash: string) => records.get(hash),
    save: async (record: RefreshTokenRecord) => void records.set(record.hash, record),
    async consume(hash: string, atMs: number) {
      const record = records.get(hash);
      if (record !== undefined) record.consumedAtMs ??= atMs;
      return record?.consumedAtMs;
    },
    removeGrant: async () => Promise.reject(new AppError('store.read-only')),
  } as unknown as RefreshTokens;
  const registry = { revokeToken: async () => undefined, revokedTokens: async () => ({ jtis: [], nextSinceMs: 0 }) };
  revocations = createRevocations({ registry, clock, log: silentLogger });
  const factory = createAdapterFactory({
    region: 'us-east',
    scopes: { resource: 'https://api', api: '*', openid: 'openid' },
    cache,
    directory: { find: async () => undefined, known: () => undefined, forget: () => undefined },
    refreshTokens,
    revocations,
    clock,
  });
  adapterOf = model => factory(model);
});

describe('refresh tokens', () => {
  test('are kept without the token itself', async () => {
    await adapterOf('RefreshToken').upsert('the-token', payload(clock), 60);
    const [record] = records.values();
    expect(record).toMatchObject({ tenant: 'acme', userName: 'agent1', clientId: 'c1', grantId, expiresAtMs: clock.now() + 60_000 });
    expect(JSON.stringify([...records])).not.toContain('the-token');
    expect(await adapterOf('RefreshToken').find('the-token')).toEqual(payload(clock));
  });

  test('work for 30 s after their exchange, and count as spent then', async () => {
    const adapter = adapterOf('RefreshToken');
    await adapter.upsert('the-token', payload(clock), 60);
    await adapter.consume('the-token');
    clock.advance(30_000);
    expect(await adapter.find('the-token')).not.toHaveProperty('consumed');
    await adapter.consume('the-token');
    clock.advance(1);
    expect(await adapter.find('the-token')).toHaveProperty('consumed', true);
    await expect(adapter.consume('the-token')).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(adapter.consume('another')).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('of a revoked sign-in are not found, also when no primary takes their deletion', async () => {
    const adapter = adapterOf('RefreshToken');
    await adapter.upsert('the-token', payload(clock), 60);
    await adapterOf('Grant').destroy(grantId);
    await adapter.revokeByGrantId(grantId);
    expect(await adapter.find('the-token')).toBeUndefined();
    expect(await adapterOf('Grant').find(grantId)).toBeUndefined();
  });

  test('issued before a sign-out everywhere are not found, those right after it are', async () => {
    const adapter = adapterOf('RefreshToken');
    await adapter.upsert('before', payload(clock), 60);
    await revocations.revokeUser('acme', 'agent1', clock.now() + 1_000);
    clock.advance(1);
    await adapter.upsert('after', payload(clock), 60);
    expect(await adapter.find('before')).toBeUndefined();
    expect(await adapter.find('after')).toBeDefined();
  });
});

describe('codes', () => {
  test('are consumed once', async () => {
    const adapter = adapterOf('AuthorizationCode');
    const code = newCode('us-east');
    await adapter.upsert(code, { kind: 'AuthorizationCode', clientId: 'c1' }, 60);
    const outcomes = await Promise.allSettled([adapter.consume(code), adapter.consume(code)]);
    expect(outcomes.map(outcome => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await adapter.find(code)).toMatchObject({ consumed: true });
  });

  test('of another region, and texts that are none, are not looked for here', async () => {
    const adapter = adapterOf('AuthorizationCode');
    const foreign = newCode('eu-west');
    await adapter.upsert(foreign, { kind: 'AuthorizationCode' }, 60);
    expect(await adapter.find(foreign)).toBeUndefined();
    expect(await adapter.find('nonsense')).toBeUndefined();
  });
});

test('a grant is made from its id, for its account and client alone', async () => {
  expect(await adapterOf('Grant').find(grantId)).toMatchObject({
    jti: grantId,
    accountId: 'acme\\agent1',
    clientId: 'c1',
    resources: { 'https://api': '*' },
    openid: { scope: 'openid' },
  });
  expect(await adapterOf('Grant').find('nonsense')).toBeUndefined();
});
