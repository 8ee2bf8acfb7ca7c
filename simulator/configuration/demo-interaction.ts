import type { KvList } from '@handover/shared/genesys';
import { kvNested, kvStr } from '@handover/shared/genesys';

/** Options of the demo's Interaction Servers: time-outs in seconds, queues, workbins, and how much an agent can take at once. */
export const demoInteractionOptions = (): KvList => [
  kvNested('settings', [
    kvStr('delivering-timeout', '30'),
    kvStr('handling-timeout', '10800'),
    kvStr('reservation-timeout', '30'),
    kvStr('client-return-timeout', '5'),
  ]),
  // `route`: offered to agents; `hold`: agents pull from it.
  kvNested('queues', [
    kvStr('chat-inbound', 'route'),
    kvStr('email-inbound', 'route'),
    kvStr('workitem-inbound', 'route'),
    kvStr('email-outbound', 'hold'),
    kvStr('workitem-held', 'hold'),
  ]),
  kvNested('workbins', [kvStr('email-in-progress', 'email'), kvStr('email-draft', 'email'), kvStr('workitem-in-progress', 'workitem')]),
  kvNested('capacity', [kvStr('chat', '3'), kvStr('email', '2'), kvStr('workitem', '2')]),
];
