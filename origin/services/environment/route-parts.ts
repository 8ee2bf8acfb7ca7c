import type { Logger } from '@handover/shared/log';
import type { Hono } from 'hono';
import type { Identity } from '../../contracts/identity.ts';
import type { AuditLog, ContactCenters } from '../../contracts/stores.ts';
import type { AppContext, AppEnvironment } from './wire.ts';

export interface RouteParts {
  contactCenters: ContactCenters;
  audit: AuditLog;
  identity: Pick<Identity, 'requireOperator'>;
  log: Logger;
  /** A change of origins was made here. */
  changed: () => void;
}

/** What the routes of one kind of record are given. `actorOf` lets operators through only. */
export interface Routes extends RouteParts {
  app: Hono<AppEnvironment>;
  actorOf: (c: AppContext) => Promise<string>;
}
