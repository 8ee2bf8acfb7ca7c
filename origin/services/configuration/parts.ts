import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { Configuration } from '../../contracts/configuration.ts';
import type { Identity } from '../../contracts/identity.ts';
import type { SearchIndex } from '../../contracts/search.ts';

/** What the service is built on. */
export interface ConfigurationParts {
  configuration: Configuration;
  index: SearchIndex;
  identity: Pick<Identity, 'verifyAccessToken'>;
  version: string;
  clock: Clock;
  log: Logger;
}
