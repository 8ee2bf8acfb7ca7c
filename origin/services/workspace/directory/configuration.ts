import type {
  ActionCodeWire,
  AgentGroupWire,
  BusinessAttributeWire,
  ConfigurationWire,
  TransactionWire,
} from '@handover/shared/api/workspace';
import type { CfgAgentGroup, CfgPerson, KvList } from '@handover/shared/genesys';
import { kvList, kvUpdate } from '@handover/shared/genesys';
import type { Configuration } from '../../../contracts/configuration.ts';
import { flatFrom, shaped } from './flat.ts';

/** The section whose options make a desktop, and the application that carries what holds for everybody. */
const section = 'interaction-workspace';
const clusterApplication = 'CloudCluster';

/** Parts of the configuration, as `types` of `GET /configuration` names them. */
export const configurationTypes = [
  'actionCodes',
  'agentGroups',
  'monitorableAgentGroups',
  'businessAttributes',
  'transactions',
  'settings',
] as const;
export type ConfigurationType = (typeof configurationTypes)[number];

const groupsOf = (person: CfgPerson, configuration: Configuration): readonly CfgAgentGroup[] =>
  configuration.all('CfgAgentGroup').filter(group => group.agentDBIDs.includes(person.dbid) && group.state === 'Enabled');

/** The options of the desktop: cluster application, then agent groups, then the person; the most specific wins. */
export function settingsOf(person: CfgPerson, configuration: Configuration): KvList {
  const cluster = configuration.all('CfgApplication').find(application => application.name === clusterApplication);
  const layers = [cluster?.options, ...groupsOf(person, configuration).map(group => group.userProperties), person.userProperties];
  const options = layers.reduce<KvList>((merged, layer) => kvUpdate(merged, kvList(layer, section) ?? []), []);
  return [{ key: section, type: 'kvlist', value: options }];
}

function groupWire(group: CfgAgentGroup): AgentGroupWire {
  const settings: AgentGroupWire['settings'] = {};
  for (const pair of group.userProperties)
    if (pair.type === 'kvlist')
      settings[pair.key] = Object.fromEntries(
        Object.entries(flatFrom(pair.value)).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
      );
  return { DBID: group.dbid, name: group.name, settings };
}

/** Objects of the person's own tenant that are in use. */
const ours = (person: CfgPerson) => (object: { tenantDBID: number; state: string }) =>
  object.tenantDBID === person.tenantDBID && object.state === 'Enabled';

export function actionCodes(person: CfgPerson, configuration: Configuration, flat: boolean): ActionCodeWire[] {
  return configuration
    .all('CfgActionCode')
    .filter(ours(person))
    .map(code => ({
      name: code.name,
      code: code.code,
      type: code.codeType,
      subCodes: code.subcodes,
      userProperties: shaped(code.userProperties, flat),
    }));
}

export function businessAttributes(person: CfgPerson, configuration: Configuration, flat: boolean): BusinessAttributeWire[] {
  return configuration
    .all('CfgEnumerator')
    .filter(ours(person))
    .map(each => ({
      id: each.dbid,
      name: each.name,
      displayName: each.displayName,
      description: each.description,
      values: each.values.map(value => ({
        id: value.dbid,
        name: value.name,
        displayName: value.displayName,
        description: value.description,
        default: value.isDefault,
      })),
      userProperties: shaped(each.userProperties, flat),
    }));
}

export function transactions(person: CfgPerson, configuration: Configuration, flat: boolean): TransactionWire[] {
  return configuration
    .all('CfgTransaction')
    .filter(ours(person))
    .map(each => ({ name: each.name, alias: each.alias, userProperties: shaped(each.userProperties, flat) }));
}

/** The parts asked for; groups to monitor are those that the person manages. */
export function configurationWire(
  person: CfgPerson,
  configuration: Configuration,
  types: readonly ConfigurationType[],
  flat: boolean,
): ConfigurationWire {
  const wire: ConfigurationWire = {};
  for (const type of types)
    switch (type) {
      case 'actionCodes':
        wire.actionCodes = actionCodes(person, configuration, flat);
        break;
      case 'agentGroups':
        wire.agentGroups = groupsOf(person, configuration).map(groupWire);
        break;
      case 'monitorableAgentGroups':
        wire.monitorableAgentGroups = configuration
          .all('CfgAgentGroup')
          .filter(group => group.managerDBIDs.includes(person.dbid))
          .map(groupWire);
        break;
      case 'businessAttributes':
        wire.businessAttributes = businessAttributes(person, configuration, flat);
        break;
      case 'transactions':
        wire.transactions = transactions(person, configuration, flat);
        break;
      case 'settings':
        wire.settings = shaped(settingsOf(person, configuration), flat);
        break;
    }
  return wire;
}
