import type { Result } from '@handover/shared/result';

/**
 * What PostgreSQL keeps, as the services see it. `primary` reads see every acknowledged write and fail with `store.read-only` while there is
 * no primary; `local` reads are answered by the own region's server and may lag by the replication delay. Every write goes to the primary.
 */
export type ReadFrom = 'primary' | 'local';

export interface OAuthClient {
  clientId: string;
  name: string;
  /** argon2id; undefined for a public client. */
  secretHash?: string;
  clientType: 'CONFIDENTIAL' | 'PUBLIC';
  /** One of the system's own: its authorization codes may be redeemed inside the system. */
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

/** Of a removal: there was none, or its version is not the given one. */
export type Removal = Result<true, 'missing' | 'version'>;

export interface OAuthClients {
  find(clientId: string, from: ReadFrom): Promise<OAuthClient | undefined>;
  /** At most 1,000, by client id. */
  list(from: ReadFrom): Promise<OAuthClient[]>;
  create(client: Omit<OAuthClient, 'version'>, audit: AuditEntry): Promise<Result<OAuthClient, 'exists'>>;
  /** Replaces the client when its version is still the given one. */
  update(client: OAuthClient, audit: AuditEntry): Promise<Result<OAuthClient, 'missing' | 'version'>>;
  /** With a version: only when it is still that one. */
  remove(clientId: string, audit: AuditEntry, version?: number): Promise<Removal>;
}

export interface Environment {
  id: string;
  name: string;
  version: number;
}

export interface ContactCenter {
  id: string;
  name: string;
  /** The tenant part before `\` in a login, lower case. */
  domains: string[];
  environmentId: string;
  version: number;
}

export interface ContactCenterSetting {
  id: string;
  contactCenterId: string;
  name: string;
  /** A location path such as `/us-east`; `/` holds everywhere. */
  location: string;
  value: string;
  shared: boolean;
  version: number;
}

export interface CorsOrigin {
  id: string;
  /** Absent: for every contact centre. */
  contactCenterId?: string;
  origin: string;
}

/**
 * Environments, contact centres, their settings and the origins their pages are served from. Lists hold at most 1,000 entries. Updates replace
 * the record when its version is still the given one; removals with a version likewise. Every change is audited in its own transaction.
 */
export interface ContactCenters {
  environments(from: ReadFrom): Promise<Environment[]>;
  createEnvironment(environment: { id: string; name: string }, audit: AuditEntry): Promise<Result<Environment, 'exists'>>;
  updateEnvironment(environment: Environment, audit: AuditEntry): Promise<Result<Environment, 'missing' | 'version' | 'exists'>>;
  removeEnvironment(id: string, audit: AuditEntry, version?: number): Promise<Result<true, 'missing' | 'version' | 'in-use'>>;

  contactCenters(from: ReadFrom): Promise<ContactCenter[]>;
  createContactCenter(
    center: Omit<ContactCenter, 'version'>,
    audit: AuditEntry,
  ): Promise<Result<ContactCenter, 'exists' | 'domain-taken' | 'no-environment'>>;
  updateContactCenter(
    center: ContactCenter,
    audit: AuditEntry,
  ): Promise<Result<ContactCenter, 'missing' | 'version' | 'exists' | 'domain-taken' | 'no-environment'>>;
  /** Takes its domains, settings and origins along. */
  removeContactCenter(id: string, audit: AuditEntry, version?: number): Promise<Removal>;

  settings(contactCenterId: string, from: ReadFrom): Promise<ContactCenterSetting[]>;
  /** Settings of this name of all contact centres. */
  settingsNamed(name: string, from: ReadFrom): Promise<ContactCenterSetting[]>;
  /** Creates or replaces the setting of this name at this location; with a version, replaces that one only. */
  putSetting(
    setting: Omit<ContactCenterSetting, 'version'>,
    audit: AuditEntry,
    version?: number,
  ): Promise<Result<ContactCenterSetting, 'no-contact-center' | 'version'>>;
  removeSetting(contactCenterId: string, id: string, audit: AuditEntry, version?: number): Promise<Removal>;

  corsOrigins(from: ReadFrom): Promise<CorsOrigin[]>;
  addCorsOrigin(entry: CorsOrigin, audit: AuditEntry): Promise<Result<CorsOrigin, 'no-contact-center'>>;
  removeCorsOrigin(id: string, audit: AuditEntry): Promise<boolean>;
}

export interface RefreshTokenRecord {
  /** SHA-256 of the token, hex: the token itself is never kept. */
  hash: string;
  /** The tokens of one sign-in share it. */
  grantId: string;
  clientId: string;
  tenant: string;
  userName?: string;
  payload: unknown;
  /** When it was exchanged for its successor. */
  consumedAtMs?: number;
  expiresAtMs: number;
}

export interface RefreshTokens {
  /** Whether a primary is known at this moment; without I/O. */
  readonly writable: boolean;
  /** Whether a primary answers now; within a second. */
  canWrite(): Promise<boolean>;
  /** Looks at the own region's server, then, when it is not there and a primary is known, at the primary. */
  find(hash: string): Promise<RefreshTokenRecord | undefined>;
  save(record: RefreshTokenRecord): Promise<void>;
  /** Marks it as exchanged, once: answers the time of the first exchange, undefined when there is no such token. */
  consume(hash: string, atMs: number): Promise<number | undefined>;
  remove(hash: string): Promise<void>;
  removeGrant(grantId: string): Promise<void>;
  removeUser(tenant: string, userName: string): Promise<void>;
  /** Answers how many were removed; at most 10,000 in a call. */
  removeExpired(nowMs: number): Promise<number>;
}

/** Who did what to which thing. `detail` never holds a secret. */
export interface AuditEntry {
  actor: string;
  /** e.g. `client.create`. */
  action: string;
  subject: string;
  detail: Readonly<Record<string, string | number | boolean | string[]>>;
  requestId: string;
}

export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first, older than the entry `before` when given; at most 1,000. */
  list(limit: number, from: ReadFrom, before?: string): Promise<(AuditEntry & { id: string; atMs: number })[]>;
}

/** Region-local cache of Redis kind: may vanish at any time; every call answers within 200 ms or fails with `store.unavailable`. */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Sets only when absent; answers whether it did. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Adds one and answers the count; the key lives `ttlMs` from its first increment. */
  increment(key: string, ttlMs: number): Promise<number>;
  delete(key: string): Promise<void>;
}

/** Remembers, for all nodes and over their restarts, the highest timeline ever seen of a PostgreSQL cluster. */
export interface TimelineMemory {
  /** Notes a timeline and answers the highest one noted, by whomever. */
  raiseTimeline(system: string, timeline: number): Promise<number>;
}
