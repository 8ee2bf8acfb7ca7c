/** Contacts, their history and standard responses on the Workspace API: one row for each operation, answered by an event. */
import { contactRows } from './contact-rows.ts';
import { historyRows } from './history-rows.ts';
import { responseRows } from './response-rows.ts';
import type { UcsOperation } from './row.ts';

export type { UcsAt, UcsOperation, UcsOutcome } from './row.ts';
export { seedDemoContacts } from './demo.ts';
export { queryFrom } from './query.ts';
export { contactServiceState, tellContactService, watchContactService } from './service.ts';

export const ucsOperations: readonly UcsOperation[] = [...contactRows, ...historyRows, ...responseRows];
