import { afterEach, describe, expect, test } from 'vitest';
import { RawClient } from './tests/raw-client.ts';
import type { StartedProcess } from './tests/site.ts';
import { TestSite } from './tests/site.ts';

let site: TestSite;
let world: StartedProcess;
let primary: StartedProcess;
let backup: StartedProcess;
const port = (process: StartedProcess): number => process.ports[0] ?? 0;
const control = async (path: string, body?: object): Promise<unknown> => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`http://127.0.0.1:${world.ports[1]}${path}`, init)).json();
};

async function startPair(...options: string[]): Promise<void> {
  site = new TestSite();
  world = await site.start('world', '--site', 'us-east');
  const at = ['--site', 'us-east', '--world', `127.0.0.1:${port(world)}`];
  const config = await site.start('config', ...at, '--agents', '4');
  const sip = ['sip', ...at, '--config', `127.0.0.1:${port(config)}`, ...options];
  primary = await site.start(...sip);
  backup = await site.start(...sip, '--role', 'backup');
}

/** The backup knows all that the primary knows. */
async function untilSynchronised(): Promise<void> {
  const end = performance.now() + 10_000;
  for (;;) {
    const state = (await control('/state')) as { servers: { name: string; synchronised: boolean }[] };
    if (state.servers.find(server => server.name === 'sip_us-east_backup')?.synchronised === true) return;
    if (performance.now() > end) throw new Error(`not synchronised: ${JSON.stringify(state)}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function agentInCall(): Promise<{ agent: RawClient; call: string }> {
  const agent = await RawClient.onDn(port(primary), '7001');
  await agent.request('RequestAgentLogin', { thisDN: '7001', agentID: '7001' });
  await agent.request('RequestAgentReady', { thisDN: '7001' });
  const { call } = (await control('/calls', { from: '+15550100', to: '7001' })) as { call: string };
  await agent.event('EventRinging');
  await agent.request('RequestAnswerCall', { thisDN: '7001', connID: call });
  return { agent, call };
}

/** A client of the backup that waits for its promotion. */
async function clientOfBackup(): Promise<RawClient> {
  const client = await RawClient.open(port(backup));
  expect(await client.request('RequestRegisterClient', { applicationName: 'Test' })).toMatchObject({ serverRole: 'Backup' });
  return client;
}

afterEach(() => site.stop());

describe('a pair of SIP Servers', () => {
  test('hot: a killed primary leaves agents and calls with the backup', async () => {
    await startPair();
    await untilSynchronised();
    const { call } = await agentInCall();
    const client = await clientOfBackup();
    expect(await client.request('RequestHoldCall', { thisDN: '7001', connID: call })).toMatchObject({ messageName: 'EventError' });
    primary.child.kill('SIGKILL');
    await client.event('EventPrimaryChanged');
    const registered = await client.request('RequestRegisterAddress', { thisDN: '7001' });
    expect(registered).toMatchObject({ dn: { agentID: '7001', agentState: 'Ready', calls: [{ connID: call, legState: 'Established' }] } });
    expect(await client.request('RequestHoldCall', { thisDN: '7001', connID: call })).toMatchObject({ messageName: 'EventHeld' });
    await control('/hangup', { call });
    expect(await client.event('EventReleased')).toMatchObject({ connID: call });
  });

  test('hot: a frozen primary that thaws executes nothing that waited', async () => {
    await startPair();
    await untilSynchronised();
    const { agent, call } = await agentInCall();
    const client = await clientOfBackup();
    primary.child.kill('SIGSTOP');
    const late = agent.request('RequestHoldCall', { thisDN: '7001', connID: call });
    await client.event('EventPrimaryChanged');
    primary.child.kill('SIGCONT');
    expect(await late).toMatchObject({ messageName: 'EventError', errorMessage: expect.stringContaining('backup') as string });
    expect(await agent.event('EventPrimaryChanged')).toMatchObject({ serverRole: 'Backup' });
    const log = (await control('/log?dn=7001')) as { messageName: string }[];
    expect(log.some(entry => entry.messageName === 'RequestHoldCall')).toBe(false);
    await client.request('RequestRegisterAddress', { thisDN: '7001' });
    expect(await client.request('RequestHoldCall', { thisDN: '7001', connID: call })).toMatchObject({ messageName: 'EventHeld' });
  });

  test('warm: the backup begins with nothing', async () => {
    await startPair('--redundancy', 'warm');
    await agentInCall();
    const client = await clientOfBackup();
    primary.child.kill('SIGKILL');
    await client.event('EventPrimaryChanged');
    const registered = await client.request('RequestRegisterAddress', { thisDN: '7001' });
    expect(registered).toMatchObject({ dn: { agentState: 'LoggedOut', calls: [] } });
  });

  test('a phone that was about to answer when the primary died answers at the backup', async () => {
    await startPair();
    await untilSynchronised();
    const agent = await RawClient.onDn(port(primary), '7001');
    await agent.request('RequestAgentLogin', { thisDN: '7001', agentID: '7001' });
    const client = await clientOfBackup();
    await client.request('RequestRegisterAddress', { thisDN: '7001' });
    await agent.request('RequestMakeCall', { thisDN: '7001', otherDN: '+15550123' });
    primary.child.kill('SIGKILL');
    expect(await client.event('EventEstablished')).toMatchObject({ thisDN: '7001', callType: 'Outbound' });
  });
}, 30_000);
