import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from './tests/raw-client.ts';
import { RawClient } from './tests/raw-client.ts';
import type { StartedProcess } from './tests/site.ts';
import { TestSite } from './tests/site.ts';

const site = new TestSite();
const directory = mkdtempSync(join(tmpdir(), 'simulated-config-'));
const serversFile = join(directory, 'servers.json');
let worlds: StartedProcess[];
let east: StartedProcess;
let eastBackup: StartedProcess;
let west: StartedProcess;

/** Ports that were free a moment ago: peers must know each other's before they start. */
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

async function client(server: StartedProcess): Promise<{ client: RawClient; registered: Message }> {
  const opened = await RawClient.open(server.ports[0] ?? 0);
  return { client: opened, registered: await opened.request('RequestRegisterClient', { applicationName: 'Test' }) };
}

/** A client of the server once it is, or is not, the master and has the whole environment. */
async function clientOnce(server: StartedProcess, isMaster: boolean): Promise<RawClient> {
  const end = performance.now() + 15_000;
  for (;;) {
    const { client: opened, registered } = await client(server);
    if (registered['isMaster'] === isMaster) return opened;
    opened.close();
    if (performance.now() > end) throw new Error(`isMaster is not ${isMaster}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Every server of the site is the master or has all that the master has. */
async function untilSynchronised(world: StartedProcess): Promise<void> {
  const end = performance.now() + 15_000;
  for (;;) {
    const state = (await (await fetch(`http://127.0.0.1:${world.ports[1]}/state`)).json()) as { servers: { synchronised: boolean }[] };
    if (state.servers.every(server => server.synchronised)) return;
    if (performance.now() > end) throw new Error(`not synchronised: ${JSON.stringify(state)}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

beforeAll(async () => {
  writeFileSync(serversFile, '{}');
  const sites = ['--sites', 'us-east,eu-west', '--agents', '3'];
  const ports = await freePorts(3);
  worlds = [];
  for (const region of ['us-east', 'eu-west']) worlds.push(await site.start('world', '--site', region, '--sites', 'us-east,eu-west'));
  const started = ports.map(async (port, index) => {
    const region = index === 2 ? 'eu-west' : 'us-east';
    const world = worlds[index === 2 ? 1 : 0];
    const peers = ports.filter(other => other !== port).map(other => `127.0.0.1:${other}`);
    const where = ['--site', region, '--world', `127.0.0.1:${world?.ports[0]}`, '--port', String(port), '--master', peers.join(',')];
    return site.start('config', ...where, ...sites, '--servers', serversFile, '--role', index === 1 ? 'backup' : 'primary');
  });
  [east, eastBackup, west] = (await Promise.all(started)) as [StartedProcess, StartedProcess, StartedProcess];
  for (const world of worlds) await untilSynchronised(world);
}, 30_000);
afterAll(() => {
  site.stop();
  rmSync(directory, { recursive: true });
});

describe('one environment on three Configuration Servers', () => {
  test('a change at the master reaches subscribers of a replica, which itself refuses writes', async () => {
    const master = await clientOnce(east, true);
    const replica = await clientOnce(west, false);
    expect(await replica.request('RequestCreateObject', { object: { type: 'CfgSkill', name: 'No' } })).toMatchObject({
      messageName: 'EventError',
      errorCode: 'NotPrimary',
    });
    await replica.request('RequestRegisterNotification', { subscriptions: [{ objectType: 'CfgSkill' }] });
    const created = await master.request('RequestCreateObject', { object: { type: 'CfgSkill', name: 'Chess' } });
    expect(created).toMatchObject({ messageName: 'EventObjectCreated', object: { name: 'Chess', state: 'Enabled' } });
    expect(await replica.event('EventObjectCreated')).toMatchObject({ sequence: created['sequence'], object: created['object'] });
    const from = (created['sequence'] as number) - 1;
    const again = await client(west);
    const subscriptions = [{ objectType: 'all' }];
    const registered = await again.client.request('RequestRegisterNotification', { subscriptions, fromSequence: from });
    expect(registered).toMatchObject({ gap: false, sequence: created['sequence'] });
    expect(again.client.seen.some(message => message.messageName === 'EventObjectCreated')).toBe(true);
    const tooOld = await again.client.request('RequestRegisterNotification', { subscriptions, fromSequence: 1 });
    expect(tooOld).toMatchObject({ gap: true });
    for (const one of [master, replica, again.client]) one.close();
  });

  test('objects come in chunks of at most 500, then their count', async () => {
    const { client: reader } = await client(east);
    const sent = await reader.request('RequestReadObjects', { objectType: 'CfgPerson', filter: { is_agent: true } });
    expect(sent['objects']).toHaveLength(4);
    const end = await reader.event('EventObjectsSent');
    expect(end).toMatchObject({ count: 4 });
    reader.close();
  });

  test('a wrong password, an unknown user and too many attempts give no more away than their code', async () => {
    const { client: guest } = await client(east);
    expect(await guest.request('RequestAuthenticate', { userName: 'agent1', userPassword: 'agent1' })).toMatchObject({ personDBID: 101 });
    const wrong = await guest.request('RequestAuthenticate', { userName: 'agent1', userPassword: 'x' });
    const unknown = await guest.request('RequestAuthenticate', { userName: 'nobody', userPassword: 'x' });
    expect(wrong).toMatchObject({ errorCode: 'InvalidCredentials', errorMessage: unknown['errorMessage'] });
    for (let n = 0; n < 4; n += 1) await guest.request('RequestAuthenticate', { userName: 'nobody', userPassword: 'x' });
    const closed = await guest.request('RequestAuthenticate', { userName: 'nobody', userPassword: 'x' });
    expect(closed).toMatchObject({ errorCode: 'TooManyAttempts' });
    guest.close();
  });

  test('addresses that are written later are told on SIGHUP', async () => {
    const { client: reader } = await client(west);
    await reader.request('RequestRegisterNotification', { subscriptions: [{ objectType: 'CfgApplication' }] });
    const addresses = {
      'sip_us-east_primary': { host: '127.0.0.1', port: 5_001 },
      'sip_us-east_backup': { host: '127.0.0.1', port: 5_002 },
    };
    writeFileSync(serversFile, JSON.stringify(addresses));
    east.child.kill('SIGHUP');
    const told = await reader.wait(message => JSON.stringify(message['changes'] ?? '').includes('5001'), 'the address');
    expect(told).toMatchObject({
      changes: { serverInfo: { host: '127.0.0.1', port: 5_001, backupServerDBID: expect.any(Number) as number } },
    });
    reader.close();
  });

  test('a master that was frozen takes nothing that came meanwhile, tells its new role, and has what its partner has', async () => {
    const before = await clientOnce(east, true);
    const partner = await clientOnce(eastBackup, false);
    east.child.kill('SIGSTOP');
    const write = before.request('RequestCreateObject', { object: { type: 'CfgSkill', name: 'Nobody knows' } });
    const newcomer = await RawClient.open(east.ports[0] ?? 0);
    const registration = newcomer.request('RequestRegisterClient', { applicationName: 'Test' });
    expect(await partner.event('EventPrimaryChanged')).toMatchObject({ serverRole: 'Primary' });
    const master = await clientOnce(eastBackup, true);
    const created = await master.request('RequestCreateObject', { object: { type: 'CfgSkill', name: 'Everybody knows' } });
    east.child.kill('SIGCONT');
    expect(await write).toMatchObject({ messageName: 'EventError', errorCode: 'NotPrimary' });
    expect(await registration).toMatchObject({ serverRole: 'Backup', isMaster: false });
    expect(before.seen).toContainEqual({ messageName: 'EventPrimaryChanged', serverRole: 'Backup' });
    for (const world of worlds) await untilSynchronised(world);
    const after = await clientOnce(east, false);
    await after.request('RequestReadObjects', { objectType: 'CfgSkill', filter: { name: 'Everybody knows' } });
    expect(await after.event('EventObjectsSent')).toMatchObject({ count: 1, sequence: created['sequence'] });
    // And the other way round.
    eastBackup.child.kill('SIGSTOP');
    (await clientOnce(east, true)).close();
    eastBackup.child.kill('SIGCONT');
    (await clientOnce(eastBackup, false)).close();
    for (const one of [before, partner, newcomer, master, after]) one.close();
  }, 60_000);

  test('when the master dies its partner takes over with the same numbers and passwords; then another site is promoted', async () => {
    const master = await clientOnce(east, true);
    await master.request('RequestChangePassword', { userName: 'agent2', oldPassword: 'agent2', newPassword: 'changed' });
    const created = await master.request('RequestCreateObject', { object: { type: 'CfgSkill', name: 'Go' } });
    east.child.kill('SIGKILL');
    const partner = await clientOnce(eastBackup, true);
    const next = await partner.request('RequestCreateObject', { object: { type: 'CfgSkill', name: 'Shogi' } });
    expect(next['sequence']).toBe((created['sequence'] as number) + 1);
    expect(await partner.request('RequestAuthenticate', { userName: 'agent2', userPassword: 'changed' })).toHaveProperty('personDBID');
    await fetch(`http://127.0.0.1:${worlds[1]?.ports[1]}/promote`, { method: 'POST', body: '{}' });
    const promoted = await clientOnce(west, true);
    await clientOnce(eastBackup, false);
    expect(await promoted.request('RequestCreateObject', { object: { type: 'CfgSkill', name: 'Draughts' } })).toMatchObject({
      messageName: 'EventObjectCreated',
    });
  }, 40_000);
});
