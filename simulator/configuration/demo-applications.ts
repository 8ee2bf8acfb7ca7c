import type { ApplicationType, CfgConnection, KvList } from '@handover/shared/genesys';
import { kvNested, kvStr } from '@handover/shared/genesys';
import { demoInteractionOptions } from './demo-interaction.ts';
import { demoStatTypes } from './demo-stat-types.ts';
import { locationOf, type Builder, type Of } from './demo-builder.ts';

const kinds: readonly { prefix: string; appType: ApplicationType; redundancyType: 'hot' | 'warm'; options: KvList }[] = [
  { prefix: 'config', appType: 'ConfigServer', redundancyType: 'warm', options: [] },
  {
    prefix: 'sip',
    appType: 'TServer',
    redundancyType: 'hot',
    options: [
      kvNested('TServer', [
        kvStr('logout-on-disconnect', 'false'),
        kvStr('refuse-stale-epochs', 'false'),
        kvStr('agent-no-answer-timeout', '0'),
        kvStr('wrap-up-time', '0'),
      ]),
    ],
  },
  { prefix: 'stat', appType: 'StatServer', redundancyType: 'warm', options: demoStatTypes() },
  { prefix: 'interaction', appType: 'InteractionServer', redundancyType: 'hot', options: demoInteractionOptions() },
];

/** The name of a server's Application object, and of the server itself. */
export const applicationName = (kind: string, site: string, role: 'primary' | 'backup'): string => `${kind}_${site}_${role}`;

const keepAliveS = 10;

/**
 * Applications of every site: its servers in pairs, and what Handover itself runs as there, connected to all sites' servers. Answers the SIP
 * Server's DBID by site. A server that nobody runs has no `serverInfo`.
 */
export function demoApplications(builder: Builder, sites: readonly string[]): Map<string, number> {
  const tServers = new Map<string, number>();
  const connections: CfgConnection[] = [];
  for (const site of sites)
    for (const { prefix, appType, redundancyType, options } of kinds) {
      const common = {
        type: 'CfgApplication' as const,
        appType,
        version: '8.5.1',
        isServer: true,
        redundancyType,
        appServers: [],
        options,
      };
      builder.add<Of<'CfgApplication'>>({ ...common, name: applicationName(prefix, site, 'backup'), isPrimary: false });
      const primary = builder.add<Of<'CfgApplication'>>({ ...common, name: applicationName(prefix, site, 'primary'), isPrimary: true });
      if (appType === 'TServer') tServers.set(site, primary);
      connections.push({
        applicationDBID: primary,
        connProtocol: 'addp',
        timeoutLocalS: keepAliveS,
        timeoutRemoteS: keepAliveS,
        location: locationOf(site),
      });
    }
  const client = { type: 'CfgApplication', version: '1', isPrimary: true, redundancyType: 'none' } as const;
  for (const site of sites)
    builder.add<Of<'CfgApplication'>>({
      ...client,
      name: `Handover_${site}`,
      appType: 'GenericClient',
      isServer: false,
      appServers: connections,
      options: [],
    });
  builder.add<Of<'CfgApplication'>>({
    ...client,
    name: 'CloudCluster',
    appType: 'GenericServer',
    isServer: true,
    appServers: [],
    options: [kvNested('interaction-workspace', workspaceOptions())],
  });
  return tServers;
}

const workspaceOptions = (): KvList => [
  kvStr('agent-status.enabled-actions-global', 'Ready,NotReady,NotReadyReason,AfterCallWork,Dnd,LogOff'),
  kvStr('agent-status.enabled-actions-by-channel', 'Ready,NotReady,NotReadyReason,AfterCallWork,Dnd,LogOff'),
  kvStr('login.prompt-place', 'false'),
  kvStr('login.voice.is-auto-ready', 'false'),
  kvStr('interaction.disposition.key-name', 'DispositionCode'),
  kvStr('interaction.disposition.value-business-attribute', 'DispositionCode'),
  kvStr('interaction.disposition.is-mandatory', 'false'),
  kvStr('email.outbound-queue', 'email-outbound'),
  kvStr('email.from-addresses', 'EmailFromAddress'),
];
