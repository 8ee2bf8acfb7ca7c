import { AppError } from '@handover/shared/errors';
import type { Identity, Principal } from '../../contracts/identity.ts';

const bearer = /^Bearer ([\x21-\x7e]{1,8192})$/i;

/** Who the access token of a request speaks for; every request brings one. */
export async function principalFrom(authorization: string | undefined, identity: Identity): Promise<Principal> {
  const token = bearer.exec(authorization?.trim() ?? '')?.[1];
  if (token === undefined) throw new AppError('auth.refused');
  const verified = await identity.verifyAccessToken(token);
  if (verified.ok) return verified.value;
  if (verified.reason === 'unavailable') throw new AppError('store.unavailable');
  throw new AppError(verified.reason === 'forbidden' ? 'auth.forbidden' : 'auth.refused');
}
