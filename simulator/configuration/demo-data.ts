import type { CfgObject, KvList } from '@handover/shared/genesys';
import { kvNested, kvStr } from '@handover/shared/genesys';
import { Builder, locationOf, type Of } from './demo-builder.ts';
import { demoApplications } from './demo-applications.ts';
import { addScripts } from './demo-interaction.ts';

export interface DemoSize {
  sites: readonly string[];
  agents: number;
}

/** The voice route point of the demo, on every switch. */
export const routePoint = '9001';
/** The supervisor's number: employee id, agent login, DN. */
export const supervisorNumber = '8001';
export const switchName = (site: string): string => `SIP_${site}`;
/** Agent N's number: 7000 + N up to 999, 700000 + N above. */
export const agentNumber = (n: number): string => String(n <= 999 ? 7000 + n : 700_000 + n);

/** The demo's contact centre `acme`. Passwords are the user names. */
export function demoObjects(size: DemoSize): CfgObject[] {
  const builder = new Builder();
  builder.add<Of<'CfgTenant'>>({ type: 'CfgTenant', name: 'acme' });
  const tServers = demoApplications(builder, size.sites);
  const switches = size.sites.map(site =>
    builder.add<Of<'CfgSwitch'>>({
      type: 'CfgSwitch',
      name: switchName(site),
      location: locationOf(site),
      tServerDBID: tServers.get(site) ?? 0,
    }),
  );
  for (const switchDBID of switches)
    builder.add<Of<'CfgDN'>>({ type: 'CfgDN', number: routePoint, name: 'Voice queue', dnType: 'RoutingPoint', switchDBID });
  const skills = ['English', 'German', 'Sales', 'Support'].map(name => builder.add<Of<'CfgSkill'>>({ type: 'CfgSkill', name }));
  const agents: number[] = [];
  for (let n = 1; n <= size.agents; n += 1) agents.push(addAgent(builder, switches, skills, n));
  const supervisor = addPerson(builder, switches, {
    userName: 'super1',
    number: supervisorNumber,
    firstName: 'Sue',
    lastName: 'Visor',
    roles: ['ROLE_SUPERVISOR', 'ROLE_AGENT'],
    skillLevels: [],
  });
  builder.add<Of<'CfgPerson'>>({
    type: 'CfgPerson',
    userName: 'admin',
    employeeID: 'admin',
    firstName: 'Ada',
    lastName: 'Min',
    emailAddress: 'admin@acme.example',
    isAgent: false,
    roles: ['ROLE_ADMIN'],
  });
  addGroups(builder, agents, supervisor);
  addCodes(builder);
  addScripts(builder);
  return builder.objects;
}

function addAgent(builder: Builder, switches: readonly number[], skills: readonly number[], n: number): number {
  const [english = 0, german = 0, sales = 0, support = 0] = skills;
  return addPerson(builder, switches, {
    userName: `agent${n}`,
    number: agentNumber(n),
    firstName: 'Agent',
    lastName: String(n),
    roles: ['ROLE_AGENT'],
    skillLevels: [
      { skillDBID: english, level: 5 + (n % 5) },
      ...(n % 3 === 0 ? [{ skillDBID: german, level: 7 }] : []),
      { skillDBID: n % 2 === 1 ? sales : support, level: 8 },
    ],
  });
}

function addPerson(
  builder: Builder,
  switches: readonly number[],
  who: {
    userName: string;
    number: string;
    firstName: string;
    lastName: string;
    roles: string[];
    skillLevels: { skillDBID: number; level: number }[];
  },
): number {
  const { userName, number, firstName, lastName, roles, skillLevels } = who;
  const dnDBIDs = switches.map(switchDBID => builder.add<Of<'CfgDN'>>({ type: 'CfgDN', number, dnType: 'Extension', switchDBID }));
  const placeDBID = builder.add<Of<'CfgPlace'>>({ type: 'CfgPlace', name: `Place_${number}`, dnDBIDs });
  const agentLogins = switches.map(switchDBID => ({
    agentLoginDBID: builder.add<Of<'CfgAgentLogin'>>({ type: 'CfgAgentLogin', loginCode: number, switchDBID }),
    wrapupTime: 0,
  }));
  return builder.add<Of<'CfgPerson'>>({
    type: 'CfgPerson',
    userName,
    employeeID: number,
    firstName,
    lastName,
    emailAddress: `${userName}@acme.example`,
    isAgent: true,
    roles,
    agentInfo: { placeDBID, skillLevels, agentLogins },
  });
}

function addGroups(builder: Builder, agents: readonly number[], supervisor: number): void {
  const group = (name: string, agentDBIDs: number[]): number =>
    builder.add<Of<'CfgAgentGroup'>>({ type: 'CfgAgentGroup', name, agentDBIDs, managerDBIDs: [supervisor] });
  group('All agents', [...agents]);
  group(
    'Sales',
    agents.filter((_, index) => index % 2 === 0),
  );
  group(
    'Support',
    agents.filter((_, index) => index % 2 === 1),
  );
}

function addCodes(builder: Builder): void {
  const code = (codeType: 'NotReady' | 'Logout', name: string, userProperties: KvList = []): number =>
    builder.add<Of<'CfgActionCode'>>({ type: 'CfgActionCode', name, codeType, code: name, subcodes: [], userProperties });
  for (const name of ['Lunch', 'Break', 'Training', 'Meeting']) code('NotReady', name);
  code('NotReady', 'AfterCallWork', [kvNested('htcc', [kvStr('workmode', 'AfterCallWork')])]);
  code('Logout', 'EndOfShift');
  attribute(builder, 'DispositionCode', 'Disposition', ['Sale', 'NoSale', 'Callback', 'Complaint']);
  attribute(builder, 'Language', 'Language', ['English', 'German']);
  attribute(builder, 'EmailFromAddress', 'Sender of e-mails', ['service@acme.example']);
  builder.add<Of<'CfgTransaction'>>({ type: 'CfgTransaction', name: 'Greetings', alias: 'Greetings', transactionType: 'List' });
  builder.add<Of<'CfgTransaction'>>({ type: 'CfgTransaction', name: 'CaseData', alias: 'CaseData', transactionType: 'CallData' });
}

function attribute(builder: Builder, name: string, displayName: string, values: readonly string[]): void {
  const firstDbid = (builder.objects.filter(object => object.type === 'CfgEnumerator').length + 1) * 100;
  builder.add<Of<'CfgEnumerator'>>({
    type: 'CfgEnumerator',
    name,
    displayName,
    description: '',
    values: values.map((value, index) => ({
      dbid: firstDbid + index,
      name: value,
      displayName: value,
      description: '',
      isDefault: index === 0,
    })),
  });
}
