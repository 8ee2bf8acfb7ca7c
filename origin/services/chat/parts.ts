import type { Logger } from '@handover/shared/log';
import type { Sealer } from '@handover/shared/seal';
import type { Clock } from '@handover/shared/time';
import type { ContactServer } from '../../contracts/contacts.ts';
import type { InteractionServers } from '../../contracts/interaction.ts';
import type { Cache, ContactCenters } from '../../contracts/stores.ts';

/** What the service is built on. */
export interface ChatParts {
  interactions: InteractionServers;
  contacts: { contacts: Pick<ContactServer['contacts'], 'identify'> };
  contactCenters: Pick<ContactCenters, 'contactCenters'>;
  cache: Pick<Cache, 'increment'>;
  sealer: Sealer;
  /** Pages of these origins may call; one without an Origin is no page. */
  allowedOrigins: ReadonlySet<string>;
  clock: Clock;
  log: Logger;
}
