import { createHash } from 'node:crypto';
import { AppError } from '@handover/shared/errors';
import type { Clock } from '@handover/shared/time';
import { errors, type Adapter, type AdapterFactory, type AdapterPayload } from 'oidc-provider';
import type { Cache, RefreshTokens } from '../../contracts/stores.ts';
import { metadataFrom, type ClientDirectory } from './client-directory.ts';
import { regionOfCode } from './codes.ts';
import { exchange } from './exchange.ts';
import { subjectOfGrant } from './grant-id.ts';
import type { Revocations } from './revocations.ts';
import { accountFrom } from './user-names.ts';

export interface AdapterParts {
  region: string;
  /** Scopes at our API and of OpenID that every grant holds; what a client may use is checked with the client. */
  scopes: { resource: string; api: string; openid: string };
  cache: Cache;
  directory: ClientDirectory;
  refreshTokens: RefreshTokens;
  revocations: Revocations;
  clock: Clock;
}

/** A refresh token works for this long after its exchange: the answer may have been lost, and other tabs may have sent it too. */
const reuseGraceMs = 30_000;
const grantLifeS = 366 * 86_400;

/** Where the OAuth library keeps things: clients and refresh tokens in PostgreSQL, what lives for minutes in the region's cache, grants nowhere. */
export function createAdapterFactory(parts: AdapterParts): AdapterFactory {
  return name => {
    switch (name) {
      case 'Client':
        return noted({ ...nothing, find: async id => (await parts.directory.find(id)) && clientPayload(parts, id) });
      case 'Grant':
        return noted(grants(parts));
      case 'RefreshToken':
        return noted(refreshTokens(parts));
      case 'AuthorizationCode':
        return noted(codes(parts));
      case 'Session':
        return noted(sessions(parts.cache));
      case 'Interaction':
      case 'ReplayDetection':
        return noted(cached(name, parts.cache));
      default:
        // Access tokens are signed, not stored; no other model is in use.
        return nothing;
    }
  };
}

const nothing: Adapter = {
  upsert: async () => undefined,
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
};

function clientPayload(parts: AdapterParts, clientId: string): AdapterPayload | undefined {
  const client = parts.directory.known(clientId);
  return client === undefined ? undefined : metadataFrom(client);
}

function cached(model: string, cache: Cache): Adapter {
  const key = (id: string): string => `auth:${model}:${id}`;
  return {
    ...nothing,
    upsert: (id, payload, expiresInS) => cache.set(key(id), JSON.stringify(payload), (expiresInS ?? 600) * 1_000),
    async find(id) {
      const text = await cache.get(key(id));
      return text === undefined ? undefined : (JSON.parse(text) as AdapterPayload);
    },
    destroy: id => cache.delete(key(id)),
  };
}

/** A sign-in under way refers to the browser's session by its uid, which stays when its id changes. */
function sessions(cache: Cache): Adapter {
  const stored = cached('Session', cache);
  const uidKey = (uid: string): string => `auth:Session:uid:${uid}`;
  return {
    ...stored,
    async upsert(id, payload, expiresInS) {
      await Promise.all([
        stored.upsert(id, payload, expiresInS),
        payload.uid === undefined ? undefined : cache.set(uidKey(payload.uid), id, (expiresInS ?? 600) * 1_000),
      ]);
    },
    async findByUid(uid) {
      const id = await cache.get(uidKey(uid));
      return id === undefined ? undefined : stored.find(id);
    },
  };
}

function codes(parts: AdapterParts): Adapter {
  const stored = cached('AuthorizationCode', parts.cache);
  const consumedKey = (id: string): string => `auth:AuthorizationCode:${id}:consumed`;
  return {
    ...stored,
    async find(id) {
      const region = regionOfCode(id);
      if (region === undefined) return undefined;
      if (region !== parts.region) {
        const under = exchange();
        if (under !== undefined) under.elsewhere = region;
        return undefined;
      }
      const [payload, consumed] = await Promise.all([stored.find(id), parts.cache.get(consumedKey(id))]);
      return payload === undefined ? undefined : { ...payload, ...(consumed === undefined ? {} : { consumed: true }) };
    },
    // Two redemptions at the same moment both read the code as fresh; only this decides.
    async consume(id) {
      if (!(await parts.cache.setIfAbsent(consumedKey(id), '1', 180_000))) throw new errors.InvalidGrant('code redeemed twice');
    },
  };
}

function grants(parts: AdapterParts): Adapter {
  return {
    ...nothing,
    async find(id) {
      const subject = subjectOfGrant(id);
      if (subject === undefined || parts.revocations.has({ jti: '', grantId: id, issuedAtMs: parts.clock.now() })) return undefined;
      const nowS = Math.floor(parts.clock.now() / 1_000);
      return {
        kind: 'Grant',
        jti: id,
        iat: nowS,
        exp: nowS + grantLifeS,
        ...subject,
        openid: { scope: parts.scopes.openid },
        resources: { [parts.scopes.resource]: parts.scopes.api },
      };
    },
    destroy: id => parts.revocations.revokeGrant(id, parts.clock.now() + 86_400_000),
  };
}

function refreshTokens(parts: AdapterParts): Adapter {
  const { refreshTokens: store, clock } = parts;
  const hash = (token: string): string => createHash('sha256').update(token).digest('hex');
  return {
    ...nothing,
    async upsert(id, payload, expiresInS) {
      const account = accountFrom(payload.accountId ?? '');
      const { jti: _token, ...kept } = payload;
      await store.save({
        hash: hash(id),
        grantId: payload.grantId ?? '',
        clientId: payload.clientId ?? '',
        tenant: account?.tenant ?? '',
        ...(account === undefined ? {} : { userName: account.userName }),
        payload: { ...kept, issuedMs: clock.now() },
        expiresAtMs: clock.now() + (expiresInS ?? 0) * 1_000,
      });
    },
    async find(id) {
      const record = await store.find(hash(id));
      if (record === undefined) return undefined;
      const { issuedMs, ...payload } = record.payload as AdapterPayload & { issuedMs?: number };
      const issuedAtMs = issuedMs ?? 0;
      const { grantId, tenant, userName } = record;
      if (parts.revocations.has({ jti: record.hash, grantId, tenant, ...(userName === undefined ? {} : { userName }), issuedAtMs }))
        return undefined;
      const spent = record.consumedAtMs !== undefined && clock.now() - record.consumedAtMs > reuseGraceMs;
      return { ...payload, jti: id, ...(spent ? { consumed: true } : {}) };
    },
    async consume(id) {
      const consumedAtMs = await store.consume(hash(id), clock.now());
      if (consumedAtMs === undefined || clock.now() - consumedAtMs > reuseGraceMs) throw new errors.InvalidGrant('refresh token is spent');
    },
    destroy: id => store.remove(hash(id)),
    // The grant itself is revoked as well, which needs no primary.
    revokeByGrantId: grantId => store.removeGrant(grantId).catch(() => undefined),
  };
}

/** Keeps the fault for the answer: the library turns every exception it does not know into one bare `server_error`. */
function noted(adapter: Adapter): Adapter {
  const note = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const under = exchange();
      if (under !== undefined && error instanceof AppError) under.fault = error;
      throw error;
    }
  };
  return {
    upsert: (id, payload, expiresIn) => note(adapter.upsert(id, payload, expiresIn)),
    find: id => note(adapter.find(id)),
    findByUserCode: id => note(adapter.findByUserCode(id)),
    findByUid: id => note(adapter.findByUid(id)),
    consume: id => note(adapter.consume(id)),
    destroy: id => note(adapter.destroy(id)),
    revokeByGrantId: id => note(adapter.revokeByGrantId(id)),
  };
}
