import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawClient, type Message } from '../tests/raw-client.ts';
import { TestSite, type StartedProcess } from '../tests/site.ts';

const site = new TestSite();
let world: StartedProcess;
let sip: StartedProcess;
let stat: StartedProcess;
let agent: RawClient;

beforeAll(async () => {
  world = await site.start('world', '--site', 'us-east');
  const at = ['--site', 'us-east', '--world', `127.0.0.1:${world.ports[0]}`];
  const config = `127.0.0.1:${(await site.start('config', ...at, '--agents', '4')).ports[0]}`;
  sip = await site.start('sip', ...at, '--config', config, '--logout-on-disconnect', 'true');
  stat = await site.start('stat', ...at, '--config', config, '--sip', `127.0.0.1:${sip.ports[0]}`);
  agent = await RawClient.onDn(sip.ports[0] ?? 0, '7001');
}, 30_000);
afterAll(() => site.stop());

async function client(): Promise<RawClient> {
  const opened = await RawClient.open(stat.ports[0] ?? 0);
  await opened.request('RequestRegisterClient', { applicationName: 'Test' });
  return opened;
}

const agentObject = (objectId: string) => ({ objectId, objectType: 'Agent', tenantName: 'acme' });
const queue = { objectId: '9001', objectType: 'RoutePoint', tenantName: 'acme' };
const open = (who: RawClient, object: object, statType: string): Promise<Message> =>
  who.request('RequestOpenStatistic', { object, statType, notification: { mode: 'Immediate' } });

/** Waits until the statistic's last value is as expected. */
async function shows(who: RawClient, opened: Message, expected: Record<string, unknown>): Promise<void> {
  await expect
    .poll(
      () =>
        who.seen.findLast(message => message.messageName === 'EventInfo' && message['statisticID'] === opened['statisticID'])?.['value'],
      {
        timeout: 10_000,
      },
    )
    .toMatchObject(expected);
}

describe('a Stat Server beside its SIP Server', () => {
  test('follows an agent through a call, and the queue that brought it', async () => {
    const watcher = await client();
    const state = await open(watcher, agentObject('7001'), 'CurrentAgentState');
    const waiting = await open(watcher, queue, 'Current_In_Queue');
    const answered = await open(watcher, queue, 'Total_Answered');
    const ready = await open(watcher, { objectId: 'All agents', objectType: 'GroupAgents', tenantName: 'acme' }, 'ReadyAgents');
    await shows(watcher, state, { stringValue: 'LoggedOut' });
    await agent.request('RequestAgentLogin', { thisDN: '7001', agentID: '7001' });
    const lunch = [{ key: 'ReasonCode', type: 'str', value: 'Lunch' }];
    await agent.request('RequestAgentNotReady', { thisDN: '7001', reasons: lunch });
    await shows(watcher, state, { stringValue: 'NotReadyForNextCall', reasons: [{ key: 'ReasonCode', value: 'Lunch' }] });
    const call = await dial();
    await shows(watcher, waiting, { intValue: 1 });
    await agent.request('RequestAgentReady', { thisDN: '7001' });
    await agent.event('EventRinging');
    await shows(watcher, state, { stringValue: 'CallRinging' });
    await shows(watcher, waiting, { intValue: 0 });
    await agent.request('RequestAnswerCall', { thisDN: '7001', connID: call });
    await shows(watcher, state, { stringValue: 'CallInbound' });
    await shows(watcher, answered, { intValue: 1 });
    await agent.request('RequestHoldCall', { thisDN: '7001', connID: call });
    await shows(watcher, state, { stringValue: 'CallOnHold' });
    await agent.request('RequestReleaseCall', { thisDN: '7001', connID: call });
    await shows(watcher, state, { stringValue: 'WaitForNextCall' });
    await shows(watcher, ready, { intValue: 1 });
    const inbound = await watcher.request('RequestGetStatistic', { object: agentObject('7001'), statType: 'InboundCalls' });
    expect(inbound).toMatchObject({ messageName: 'EventInfo', value: { intValue: 1 } });
    await agent.request('RequestAgentLogout', { thisDN: '7001' });
    await shows(watcher, state, { stringValue: 'LoggedOut' });
  });

  test('counts a call that its caller gave up in the queue', async () => {
    const watcher = await client();
    const abandoned = await open(watcher, queue, 'Total_Abandoned');
    const call = await dial();
    await fetch(`http://127.0.0.1:${world.ports[1]}/hangup`, { method: 'POST', body: JSON.stringify({ call }) });
    await shows(watcher, abandoned, { intValue: 1 });
  });

  test('takes an inline definition, and names what is wrong with another', async () => {
    const watcher = await client();
    const definition = {
      category: 'TotalNumber',
      subject: 'DNAction',
      mainMask: ['CallEntered'],
      timeProfile: { kind: 'Sliding', windowS: 600 },
    };
    const entered = await watcher.request('RequestGetStatistic', { object: queue, definition });
    expect(entered).toMatchObject({ messageName: 'EventInfo', value: { intValue: 2 } });
    const faulty = await watcher.request('RequestGetStatistic', { object: queue, definition: { ...definition, mainMask: ['~Nothing'] } });
    expect(faulty).toMatchObject({ messageName: 'EventError', errorCode: 'InvalidDefinition', errorMessage: 'definition.mainMask' });
    const nobody = await watcher.request('RequestGetStatistic', { object: agentObject('9999'), statType: 'InboundCalls' });
    expect(nobody).toMatchObject({ errorCode: 'ObjectNotFound', errorMessage: "Agent '9999' (Tenant 'acme') not found" });
    const stranger = await watcher.request('RequestGetStatistic', {
      object: { ...agentObject('7001'), tenantName: 'other' },
      statType: 'InboundCalls',
    });
    expect(stranger).toMatchObject({ errorCode: 'ObjectNotFound' });
  });

  test('does not keep an agent logged in whose own client is gone', async () => {
    const watcher = await client();
    const state = await open(watcher, agentObject('7003'), 'CurrentAgentState');
    const desktop = await RawClient.onDn(sip.ports[0] ?? 0, '7003');
    await desktop.request('RequestAgentLogin', { thisDN: '7003', agentID: '7003' });
    await shows(watcher, state, { stringValue: 'NotReadyForNextCall' });
    desktop.close();
    await shows(watcher, state, { stringValue: 'LoggedOut' });
  });

  test('says that statistics are invalid when its source is lost', async () => {
    const watcher = await client();
    const state = await open(watcher, agentObject('7002'), 'CurrentAgentState');
    sip.child.kill('SIGKILL');
    expect(await watcher.event('EventStatisticInvalid')).toMatchObject({ statisticID: state['statisticID'] });
  });
});

async function dial(): Promise<string> {
  const body = JSON.stringify({ from: '+15550100', to: '9001' });
  const answer = await fetch(`http://127.0.0.1:${world.ports[1]}/calls`, { method: 'POST', body });
  return ((await answer.json()) as { call: string }).call;
}
