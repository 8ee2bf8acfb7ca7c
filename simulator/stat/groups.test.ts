import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawClient, type Message } from '../tests/raw-client.ts';
import { TestSite, type StartedProcess } from '../tests/site.ts';

const site = new TestSite();
let world: StartedProcess;
let watcher: RawClient;
let administrator: RawClient;
let phone: RawClient;

let interactionPort = 0;

beforeAll(async () => {
  world = await site.start('world', '--site', 'us-east');
  const at = ['--site', 'us-east', '--world', `127.0.0.1:${world.ports[0]}`];
  const config = (await site.start('config', ...at, '--agents', '4')).ports[0] ?? 0;
  const sip = (await site.start('sip', ...at, '--config', `127.0.0.1:${config}`)).ports[0] ?? 0;
  const stat = await site.start('stat', ...at, '--config', `127.0.0.1:${config}`, '--sip', `127.0.0.1:${sip}`);
  interactionPort = (await site.start('interaction', ...at, '--config', `127.0.0.1:${config}`)).ports[0] ?? 0;
  [watcher, administrator] = await Promise.all([RawClient.open(stat.ports[0] ?? 0), RawClient.open(config)]);
  for (const client of [watcher, administrator]) await client.request('RequestRegisterClient', { applicationName: 'Test' });
  phone = await RawClient.onDn(sip, '7002');
}, 30_000);
afterAll(() => site.stop());

async function dbids(objectType: string, filter: object = {}): Promise<number[]> {
  await administrator.request('RequestReadObjects', { objectType, filter });
  const read = administrator.seen.findLast(message => message.messageName === 'EventObjectsRead');
  return (read?.['objects'] as { dbid: number }[]).map(object => object.dbid);
}

/** Makes an object at the Configuration Server. */
async function makes(object: Record<string, unknown>): Promise<void> {
  const [tenantDBID] = await dbids('CfgTenant');
  await administrator.request('RequestCreateObject', { object: { tenantDBID, userProperties: [], state: 'Enabled', ...object } });
}

const opens = (objectType: string, objectId: string, statType: string): Promise<Message> =>
  watcher.request('RequestOpenStatistic', {
    object: { objectType, objectId, tenantName: 'acme' },
    statType,
    notification: { mode: 'Immediate' },
  });

/** Opens a statistic on an object that the server may not have heard of yet. */
async function watches(objectType: string, objectId: string, statType: string): Promise<(intValue: number) => Promise<void>> {
  let opened: Message | undefined;
  await expect
    .poll(async () => (opened = await opens(objectType, objectId, statType)).messageName, { timeout: 10_000 })
    .toBe('EventStatisticOpened');
  const value = (): unknown =>
    watcher.seen.findLast(message => message.messageName === 'EventInfo' && message['statisticID'] === opened?.['statisticID'])?.['value'];
  return intValue => expect.poll(value, { timeout: 10_000 }).toEqual({ intValue });
}

async function customerCalls(): Promise<string> {
  const body = JSON.stringify({ from: '+15550100', to: '9001' });
  const response = await fetch(`http://127.0.0.1:${world.ports[1]}/calls`, { method: 'POST', body });
  return ((await response.json()) as { call: string }).call;
}

test('groups of queues and of places are counted, and forgotten members no longer are', async () => {
  await makes({ type: 'CfgDNGroup', name: 'Voice', dnDBIDs: await dbids('CfgDN', { dn_type: 'RoutingPoint' }) });
  await makes({ type: 'CfgPlaceGroup', name: 'Floor', placeDBIDs: await dbids('CfgPlace') });
  const waiting = await watches('GroupQueues', 'Voice', 'Current_In_Queue');
  const inbound = await watches('GroupPlaces', 'Floor', 'InboundCalls');
  const call = await customerCalls();
  await waiting(1);
  await phone.request('RequestAgentLogin', { thisDN: '7002', agentID: '7002' });
  await phone.request('RequestAgentReady', { thisDN: '7002' });
  await phone.event('EventRinging');
  await phone.request('RequestAnswerCall', { thisDN: '7002', connID: call });
  await waiting(0);
  await inbound(1);
  const [place] = await dbids('CfgPlace', { name: 'Place_7002' });
  await administrator.request('RequestDeleteObject', { objectType: 'CfgPlace', dbid: place });
  await inbound(0);
});

test('a group of the other kind, or of another name, is not found', async () => {
  expect(await opens('GroupQueues', 'Floor', 'Current_In_Queue')).toMatchObject({ errorCode: 'ObjectNotFound' });
  expect(await opens('GroupPlaces', 'Cellar', 'InboundCalls')).toMatchObject({ errorCode: 'ObjectNotFound' });
});

test('what waits in a queue of the Interaction Server, in a workbin, and in an agent’s hands, is counted', async () => {
  const [dbid] = await dbids('CfgApplication', { name: 'interaction_us-east_primary' });
  const serverInfo = { host: '127.0.0.1', port: interactionPort, timeoutS: 10, attempts: 3 };
  await administrator.request('RequestUpdateObject', { objectType: 'CfgApplication', dbid, changes: { serverInfo } });
  const media = await RawClient.open(interactionPort);
  await media.request('RequestRegisterClient', { applicationName: 'Media', clientType: 'MediaServer' });
  const item = {
    mediaType: 'workitem',
    interactionType: 'Inbound',
    interactionSubtype: 'InboundNew',
    queue: 'workitem-held',
    userData: [],
  };
  await media.request('RequestSubmit', { interaction: item });
  const waiting = await watches('StagingArea', 'workitem-held', 'Current_Interactions');
  const entered = await watches('StagingArea', 'workitem-held', 'Total_Interactions_Entered');
  await waiting(1);
  await media.request('RequestSubmit', { interaction: item });
  await waiting(2);
  await entered(2);
  await (
    await watches('Workbin', 'email-draft/7001', 'Current_Interactions')
  )(0);
  const agent = { agentID: '7001', placeName: 'Place_7001' };
  const inHand = await watches('Agent', '7001', 'InteractionsInHand');
  await media.request('RequestAgentLogin', { ...agent, mediaList: [{ mediaType: 'workitem', state: 'NotReady' }] });
  await media.request('RequestPull', { ...agent, queue: 'workitem-held' });
  await inHand(1);
  const chatReady = await watches('Agent', '7001', 'ReadyForChat');
  await media.request('RequestAddMedia', { ...agent, mediaType: 'chat', state: 'Ready' });
  await chatReady(1);
  await makes({ type: 'CfgScript', scriptType: 'InteractionQueue', name: 'opened-today' });
  const submits = async (): Promise<string> =>
    (await media.request('RequestSubmit', { interaction: { ...item, queue: 'opened-today' } })).messageName;
  await expect.poll(submits, { timeout: 10_000 }).toBe('EventInteractionSubmitted');
  await (
    await watches('StagingArea', 'opened-today', 'Current_Interactions')
  )(1);
  expect(await opens('StagingArea', 'nowhere', 'Current_Interactions')).toMatchObject({ errorCode: 'ObjectNotFound' });
  expect(await opens('Workbin', 'email-draft/nobody', 'Current_Interactions')).toMatchObject({ errorCode: 'ObjectNotFound' });
});
