import type { CfgPerson } from '@handover/shared/genesys';
import { AppError } from '@handover/shared/errors';
import type { Configuration } from '../../contracts/configuration.ts';
import type { Identity, Principal } from '../../contracts/identity.ts';

/** Who reads: of which tenant, and whether all of it or only what an agent needs to find colleagues. */
export interface Reader {
  tenantDbid: number;
  /** Everything of the tenant; else only what is enabled, and of the persons only agents. */
  all: boolean;
  person: CfgPerson | undefined;
}

const bearer = /^Bearer ([\x21-\x7e]{1,8192})$/i;
const mayReadAll: ReadonlySet<string> = new Set(['ROLE_SUPERVISOR', 'ROLE_ADMIN']);

export async function readerFrom(
  authorization: string | undefined,
  identity: Pick<Identity, 'verifyAccessToken'>,
  configuration: Configuration,
): Promise<Reader> {
  const token = bearer.exec(authorization?.trim() ?? '')?.[1];
  if (token === undefined) throw new AppError('auth.refused');
  const verified = await identity.verifyAccessToken(token);
  if (verified.ok) return readerOf(verified.value, configuration);
  if (verified.reason === 'unavailable') throw new AppError('store.unavailable');
  throw new AppError(verified.reason === 'forbidden' ? 'auth.forbidden' : 'auth.refused');
}

function readerOf(principal: Principal, configuration: Configuration): Reader {
  const person = principal.userName === undefined ? undefined : configuration.personByUserName(principal.userName);
  const all = principal.authorities.some(authority => mayReadAll.has(authority));
  const tenantDbid = person?.tenantDBID ?? tenantOf(principal, configuration);
  // An application without a contact centre has nothing to read; a person who is no longer there neither.
  if (tenantDbid === undefined || (principal.userName !== undefined && person === undefined)) throw new AppError('auth.forbidden');
  return { tenantDbid, all, person };
}

const tenantOf = (principal: Principal, configuration: Configuration): number | undefined =>
  configuration.all('CfgTenant').find(tenant => tenant.name === principal.tenant)?.dbid;
