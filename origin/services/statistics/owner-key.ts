import type { Principal } from '../../contracts/identity.ts';
import type { AgentSessionKey } from '../../contracts/ownership.ts';

/** Whose statistics: a person's, or those of an application that signed in as itself. */
export const ownerKey = ({ tenant, userName, clientId }: Pick<Principal, 'tenant' | 'userName' | 'clientId'>): AgentSessionKey =>
  userName === undefined
    ? { tenant, person: clientId, service: 'statistics-application' }
    : { tenant, person: userName, service: 'statistics' };

/** The key as one text. */
export const nameOf = ({ tenant, person, service }: AgentSessionKey): string =>
  [tenant, service ?? '', person].map(encodeURIComponent).join('/');
