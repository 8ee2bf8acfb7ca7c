import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawClient } from './tests/raw-client.ts';
import type { StartedProcess } from './tests/site.ts';
import { TestSite } from './tests/site.ts';

const site = new TestSite();
let world: StartedProcess;
let sip: StartedProcess;
const control = async (path: string, body?: object): Promise<unknown> => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`http://127.0.0.1:${world.ports[1]}${path}`, init)).json();
};

beforeAll(async () => {
  world = await site.start('world', '--site', 'us-east');
  const at = ['--site', 'us-east', '--world', `127.0.0.1:${world.ports[0]}`];
  const config = await site.start('config', ...at, '--agents', '4');
  sip = await site.start('sip', ...at, '--config', `127.0.0.1:${config.ports[0]}`);
}, 20_000);
afterAll(() => site.stop());

describe('a site of child processes', () => {
  test('carries an inbound call from ring to hang-up', async () => {
    const port = sip.ports[0] ?? 0;
    const agent = await RawClient.onDn(port, '7001');
    await agent.request('RequestAgentLogin', { thisDN: '7001', agentID: '7001' });
    await agent.request('RequestAgentReady', { thisDN: '7001' });
    const { call } = (await control('/calls', { from: '+15550100', to: '9001', unknown: 'ignored' })) as { call: string };
    const ringing = await agent.event('EventRinging');
    expect(ringing).toMatchObject({ connID: call, thisQueue: '9001', ani: '+15550100', callType: 'Inbound' });
    const established = await agent.request('RequestAnswerCall', { thisDN: '7001', connID: call });
    expect(established).toMatchObject({ messageName: 'EventEstablished', parties: [{ dn: '+15550100', role: 'RoleOrigination' }] });
    const signed = [
      {
        key: 'handover',
        type: 'kvlist',
        value: [
          { key: 'node', type: 'str', value: 'us-east/1' },
          { key: 'epoch', type: 'int', value: 7 },
        ],
      },
    ];
    await agent.request('RequestHoldCall', { thisDN: '7001', connID: call, extensions: signed });
    await agent.request('RequestRetrieveCall', { thisDN: '7001', connID: call });
    await control('/hangup', { call });
    await agent.event('EventReleased');
    const log = (await control('/log?dn=7001')) as { messageName: string; node: string | null; epoch: number | null }[];
    expect(log.find(entry => entry.messageName === 'RequestHoldCall')).toMatchObject({
      node: 'us-east/1',
      epoch: 7,
      server: 'sip_us-east_primary',
    });
    expect(await control('/dns/7001')).toEqual({ number: '7001', loggedIn: true, agentId: '7001', state: 'Ready' });
    agent.close();
  });

  test.each(['SIGTERM', 'the end of standard input'])('a process ends cleanly on %s', async how => {
    const { child } = await site.start('world', '--site', 'us-east');
    const ended = new Promise(resolve => child.once('exit', (code, signal) => resolve({ code, signal })));
    if (how === 'SIGTERM') child.kill('SIGTERM');
    else child.stdin?.end();
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  test('the control endpoint names the field at fault', async () => {
    expect(await control('/calls', { from: 'x', to: '9001' })).toEqual({ error: { code: 'invalid', field: 'from' } });
    expect(await control('/calls', { from: '+15550100' })).toEqual({ error: { code: 'invalid', field: 'to' } });
    expect(await control('/hangup', { call: '0000000000000000' })).toEqual({ error: { code: 'unknown-call', field: 'call' } });
    expect(await control('/nowhere')).toEqual({ error: { code: 'not-found' } });
  });
});
