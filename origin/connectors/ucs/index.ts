import type { ContactServer, ContactService } from '../../contracts/contacts.ts';
import { createUcsClient, type UcsOptions } from './client.ts';
import { createUcsContacts } from './contacts.ts';
import { createUcsHealth, type UcsHealth } from './health.ts';
import { createUcsHistory } from './history.ts';

export interface UcsConnector extends Pick<ContactServer, 'contacts' | 'history'> {
  readonly service: ContactService;
  /** Begins to watch whether the server answers. */
  start(): void;
  stop(): void;
}

/**
 * A real Universal Contact Server over its REST interface, in place of the contacts and the history that we keep ourselves: see `docs/ucs.md`. A
 * server that does not answer is found out within seconds; until it answers again requests are refused at once, as `store.unavailable`.
 */
export function createUcs(options: Omit<UcsOptions, 'health'>): UcsConnector {
  const client = createUcsClient({ ...options, health: () => health });
  const health: UcsHealth = createUcsHealth({ ...options, alive: () => client.alive() });
  return {
    contacts: createUcsContacts(client),
    history: createUcsHistory(client),
    service: health,
    start: () => health.start(),
    stop: () => health.stop(),
  };
}
