import type { CfgPerson } from '@handover/shared/genesys';
import type { Principal } from '../../contracts/identity.ts';
import type { OAuthClient } from '../../contracts/stores.ts';
import type { Account } from './accounts.ts';

/** What our access tokens say beside the registered claims. A client-credentials token has no person and no contact centre of its own. */
export interface TokenClaims {
  tenant?: string;
  contact_center_id?: string;
  environment_id?: string;
  user_name?: string;
  dbid?: number;
  authorities: string[];
  /** All tokens of one sign-in share it. */
  grant?: string;
  /** Milliseconds: `iat` has whole seconds, and a sign-out everywhere must not hit a sign-in right after it. */
  issued_ms: number;
}

export const personClaims = (account: Account, grantId: string, nowMs: number): TokenClaims => ({
  tenant: account.center.name,
  contact_center_id: account.center.id,
  environment_id: account.center.environmentId,
  user_name: account.person.userName,
  dbid: account.person.dbid,
  authorities: authoritiesOf(account.person),
  grant: grantId,
  issued_ms: nowMs,
});

export const clientClaims = (client: OAuthClient, nowMs: number): TokenClaims => ({
  ...(client.contactCenterIds[0] === undefined ? {} : { contact_center_id: client.contactCenterIds[0] }),
  authorities: client.authorities,
  issued_ms: nowMs,
});

export const authoritiesOf = (person: CfgPerson): string[] =>
  person.roles.length > 0 ? person.roles : person.isAgent ? ['ROLE_AGENT'] : ['ROLE_USER'];

interface VerifiedPayload {
  jti?: unknown;
  exp?: unknown;
  iat?: unknown;
  client_id?: unknown;
  [claim: string]: unknown;
}

/** Reads a verified token's payload; undefined when it lacks what every token of ours has. */
export function principalFrom(payload: VerifiedPayload): (Principal & { grantId?: string; issuedAtMs: number }) | undefined {
  const { jti, exp, iat, client_id: clientId, authorities } = payload;
  if (typeof jti !== 'string' || typeof exp !== 'number' || typeof iat !== 'number' || typeof clientId !== 'string') return undefined;
  if (!Array.isArray(authorities) || !authorities.every(entry => typeof entry === 'string')) return undefined;
  return {
    tenant: textOf(payload['tenant']) ?? '',
    contactCenterId: textOf(payload['contact_center_id']) ?? '',
    clientId,
    ...optional('userName', textOf(payload['user_name'])),
    ...optional('personDbid', typeof payload['dbid'] === 'number' ? payload['dbid'] : undefined),
    ...optional('grantId', textOf(payload['grant'])),
    authorities,
    jti,
    issuedAtMs: typeof payload['issued_ms'] === 'number' ? payload['issued_ms'] : iat * 1_000,
    expiresAtMs: exp * 1_000,
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const optional = <Key extends string, Value>(key: Key, value: Value | undefined): { [name in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [name in Key]: Value });
