import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SitePorts, SiteWish } from './processes.ts';
import { serverAddresses, siteProcesses } from './processes.ts';
import { RawClient } from './tests/raw-client.ts';
import type { StartedProcess } from './tests/site.ts';
import { TestSite } from './tests/site.ts';

const site = new TestSite();
const directory = mkdtempSync(join(tmpdir(), 'two-sites-'));
const started = new Map<string, StartedProcess>();
let wish: SiteWish;

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map(server => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

function portsFrom(ports: readonly number[]): SitePorts {
  const [world = 0, worldControl = 0, first = 0, second = 0, third = 0, fourth = 0] = ports;
  return { world, worldControl, config: { primary: first, backup: second }, sip: { primary: third, backup: fourth } };
}

beforeAll(async () => {
  const ports = await freePorts(12);
  wish = {
    sites: ['us-east', 'eu-west'].map((name, index) => ({ name, host: '127.0.0.1', ports: portsFrom(ports.slice(index * 6)) })),
    agents: 3,
    serversFile: join(directory, 'servers.json'),
  };
  writeFileSync(wish.serversFile, JSON.stringify(serverAddresses(wish)));
  const idle = ['config_us-east_backup', 'config_eu-west_backup', 'sip_us-east_backup'];
  for (const { name } of wish.sites)
    for (const one of siteProcesses(name, wish)) if (!idle.includes(one.name)) started.set(one.name, await site.start(...one.args));
}, 60_000);
afterAll(() => {
  site.stop();
  rmSync(directory, { recursive: true });
});

const portOf = (name: string, role: 'primary' | 'backup' = 'primary'): number =>
  wish.sites.find(each => each.name === name)?.ports.sip[role] ?? 0;

async function agentAt(port: number, dn: string): Promise<RawClient> {
  const agent = await RawClient.onDn(port, dn);
  await agent.request('RequestAgentLogin', { thisDN: dn, agentID: dn });
  return agent;
}

/** Dials until the other site is known to have the agent; what was wrong before is hung up. */
async function dialsAcross(caller: RawClient, called: RawClient): Promise<string> {
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    const from = called.seen.length;
    const dialing = await caller.request('RequestMakeCall', { thisDN: '7001', otherDN: '7002' });
    const connID = String(dialing['connID']);
    const rung = await Promise.race([called.event('EventRinging', from), new Promise(resolve => setTimeout(resolve, 400))]);
    if (rung !== undefined) {
      expect(rung).toMatchObject({ connID, ani: '7001', dnis: '7002', parties: [{ dn: '7001' }] });
      return connID;
    }
    await caller.request('RequestReleaseCall', { thisDN: '7001', connID });
  }
  throw new Error('never rung at the other site');
}

describe('a number whose agent works at the other site', () => {
  test('rings there, is answered and released, and goes on when a SIP Server of that site is lost', async () => {
    const caller = await agentAt(portOf('us-east'), '7001');
    const called = await agentAt(portOf('eu-west'), '7002');
    const first = await dialsAcross(caller, called);
    let from = caller.seen.length;
    await called.request('RequestAnswerCall', { thisDN: '7002', connID: first });
    await caller.event('EventEstablished', from);
    from = caller.seen.length;
    await called.request('RequestReleaseCall', { thisDN: '7002', connID: first });
    await caller.event('EventReleased', from);

    const second = await dialsAcross(caller, called);
    await called.request('RequestAnswerCall', { thisDN: '7002', connID: second });
    const backup = await RawClient.onDn(portOf('eu-west', 'backup'), '7002');
    started.get('sip_eu-west_primary')?.child.kill('SIGKILL');
    await backup.event('EventPrimaryChanged');
    from = backup.seen.length;
    // The trunk comes back a moment later; the end of the call is told over it.
    await backup.request('RequestRegisterAddress', { thisDN: '7002' });
    await caller.request('RequestReleaseCall', { thisDN: '7001', connID: second });
    await backup.event('EventReleased', from);
  });
});
