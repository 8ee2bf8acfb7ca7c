import { AppError } from '@handover/shared/errors';
import type { Attempts } from './attempts.ts';
import { sameText } from './secrets.ts';
import { basicOf } from './wire.ts';

export interface OperatorGate {
  /** The operator's name when the header holds the right credentials; throws otherwise. */
  require(authorization: string | undefined, address: string): Promise<string>;
}

/** The operator, by Basic authentication from the configuration; wrong attempts are limited per address. */
export function createOperatorGate(ops: { user: string; password: string }, attempts: Attempts): OperatorGate {
  return {
    async require(authorization, address) {
      const given = basicOf(authorization);
      if (given === undefined) throw new AppError('auth.refused', { detail: 'no Basic credentials' });
      const attempt = { name: 'operator', address };
      if (!(await attempts.clientMayTry(attempt))) throw new AppError('auth.throttled');
      const right = [sameText(given.user, ops.user), sameText(given.password, ops.password)].every(Boolean);
      if (right) return ops.user;
      await attempts.clientFailed(attempt);
      throw new AppError('auth.refused', { detail: 'operator credentials' });
    },
  };
}
