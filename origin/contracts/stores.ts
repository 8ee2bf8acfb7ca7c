/** What PostgreSQL keeps, as the services see it. `primary` reads see every acknowledged write; `local` reads may lag by the replication delay. */
export interface OAuthClient {
  clientId: string;
  name: string;
  /** argon2id; undefined for a public client. */
  secretHash?: string;
  clientType: 'CONFIDENTIAL' | 'PUBLIC';
  internalClient: boolean;
  grantTypes: string[];
  redirectUris: string[];
  scopes: string[];
  authorities: string[];
  contactCenterIds: string[];
  accessTokenExpirationS: number;
  refreshTokenExpirationS: number;
  version: number;
}

export interface ContactCenter {
  id: string;
  name: string;
  /** The tenant part before `\` in a login. */
  domains: string[];
  environmentId: string;
  version: number;
}

export interface RefreshTokenRecord {
  /** SHA-256 of the token, hex. */
  hash: string;
  clientId: string;
  tenant: string;
  userName?: string;
  payload: unknown;
  expiresAtMs: number;
}

/** Region-local cache of Redis kind: may vanish at any time; every call answers within 200 ms or fails. */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Sets only when absent; answers whether it did. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Adds one and answers the count; the key lives `ttlMs` from its first increment. */
  increment(key: string, ttlMs: number): Promise<number>;
  delete(key: string): Promise<void>;
}
