import type { KvList } from '@handover/shared/genesys';
import { kvNested, kvStr } from '@handover/shared/genesys';
import type { Builder, Of } from './demo-builder.ts';

/** Options of the demo's Interaction Servers: time-outs in seconds, and the capacity rule of agents who have none of their own. */
export const demoInteractionOptions = (): KvList => [
  kvNested('settings', [
    kvStr('delivering-timeout', '30'),
    kvStr('handling-timeout', '10800'),
    kvStr('reservation-timeout', '30'),
    kvStr('client-return-timeout', '5'),
    kvStr('default-capacity-rule', 'Multimedia'),
  ]),
];

const queues = [
  ['chat-inbound', 'route'],
  ['email-inbound', 'route'],
  ['workitem-inbound', 'route'],
  ['email-outbound', 'hold'],
  ['workitem-held', 'hold'],
] as const;

/** Queues, workbins and capacity rules, the same at every site. */
export function addScripts(builder: Builder): void {
  const script = (scriptType: Of<'CfgScript'>['scriptType'], name: string, userProperties: KvList = []): number =>
    builder.add<Of<'CfgScript'>>({ type: 'CfgScript', scriptType, name, userProperties });
  for (const [name, delivery] of queues) script('InteractionQueue', name, [kvNested('queue', [kvStr('delivery', delivery)])]);
  for (const name of ['email-in-progress', 'email-draft', 'workitem-in-progress']) script('InteractionWorkBin', name);
  script('CapacityRule', 'Multimedia', [kvNested('capacity', [kvStr('chat', '3'), kvStr('email', '2'), kvStr('workitem', '2')])]);
}
