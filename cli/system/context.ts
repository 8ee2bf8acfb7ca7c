import type { DatabaseLogin } from '../postgres/index.ts';
import type { PartRecord } from '../state/index.ts';
import type { SystemOptions } from './plan.ts';
import type { Secrets } from './secrets.ts';

/** Everything that the command lines and environments of the parts are made from. */
export interface PartContext {
  options: SystemOptions;
  publicUrl: string;
  secrets: Secrets;
  parts: readonly PartRecord[];
  login: DatabaseLogin;
  redisServer: string | undefined;
}
