import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHandover, startSystem, startUp, temporaryDir, until, type RunningSystem } from '../support/index.ts';

interface Part {
  id: string;
  process: { pid: number } | null;
}
const stateOf = (dir: string): { process: { pid: number }; parts: Part[] } =>
  JSON.parse(readFileSync(join(dir, 'state.json'), 'utf8')) as { process: { pid: number }; parts: Part[] };
const pidsOf = (dir: string): number[] => stateOf(dir).parts.flatMap(part => (part.process === null ? [] : [part.process.pid]));
const isRunning = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const processesNaming = (text: string): string[] =>
  readdirSync('/proc').filter(name => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });

interface Status {
  regions: {
    name: string;
    state: string;
    nodes: { id: string; pid: number; state: string; sessions: number }[];
    stores: { postgres: { kind: string; role: string }; redis: { kind: string }; search: { kind: string } };
    servers: { name: string; type: string; location: string; role: string; state: string }[];
  }[];
  sessions: unknown[];
}

describe('a running system', () => {
  let system: RunningSystem;
  beforeAll(async () => void (system = await startSystem({ nodes: 2 })));
  afterAll(() => system.stop());

  it('tells every part in its status', async () => {
    // A part that is slow for a moment shows as cut or unknown: ask until all have answered.
    const answered = async (): Promise<Status | undefined> => {
      const status = await system.handover<Status>('status');
      return status.regions.every(region => region.stores.postgres.role !== 'unknown') ? status : undefined;
    };
    const { regions, sessions } = await until('every part answers', 60_000, answered);
    expect(regions.map(region => [region.name, region.state])).toEqual([
      ['us-east', 'up'],
      ['eu-west', 'up'],
    ]);
    expect(regions[0]?.nodes.map(node => [node.id, node.state, node.sessions])).toEqual([
      ['us-east/1', 'up', 0],
      ['us-east/2', 'up', 0],
    ]);
    expect(regions.map(region => region.stores.postgres.role)).toEqual(['primary', 'standby']);
    const servers = regions[0]?.servers ?? [];
    expect(servers.map(server => server.type)).toEqual(expect.arrayContaining(['config', 'sip']));
    for (const type of new Set(servers.map(server => server.type))) {
      const pair = servers.filter(server => server.type === type);
      expect(pair.map(server => [server.role, server.state, server.location])).toEqual([
        ['primary', 'up', '/us-east'],
        ['backup', 'up', '/us-east'],
      ]);
    }
    expect(sessions).toEqual([]);
  });

  it('names the process that listens', async () => {
    const { regions } = await system.handover<Status>('status');
    const pid = regions[0]?.nodes[0]?.pid ?? 0;
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('origin/main.ts');
  });

  it('keeps its state file and its secrets from other users', () => {
    for (const name of ['state.json', 'secrets.json']) expect(statSync(join(system.stateDir, name)).mode & 0o777).toBe(0o600);
  });

  it('refuses a second one on its state, and goes on', async () => {
    const second = startUp(system.stateDir, ['--no-ui']);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`already: ${system.url}`);
    expect((await fetch(`${system.url}/health`)).status).toBe(200);
  });

  it('shows a frozen node within two seconds and thaws it', async () => {
    const { atMs } = await system.handover<{ atMs: number }>('fault', 'freeze', 'node', 'us-east/1');
    expect(Math.abs(Date.now() - atMs)).toBeLessThan(2_000);
    const from = Date.now();
    const { regions } = await system.handover<Status>('status');
    expect(Date.now() - from).toBeLessThan(4_000);
    expect(regions[0]?.nodes.map(node => node.state)).toEqual(['frozen', 'up']);
    await system.handover('fault', 'heal', 'node', 'us-east/1');
    expect((await system.handover<Status>('status')).regions[0]?.nodes[0]?.state).toBe('up');
  });

  it('shows a killed node as down, and starts it again on demand only', async () => {
    await system.handover('fault', 'kill', 'node', 'eu-west/2');
    await until('down', 60_000, async () => (await system.handover<Status>('status')).regions[1]?.nodes[1]?.state === 'down');
    await system.handover('fault', 'heal', 'node', 'eu-west/2');
    expect((await system.handover<Status>('status')).regions[1]?.nodes[1]?.state).toBe('up');
  });

  it('promotes the standby of a lost primary, which then follows', async () => {
    await system.handover('fault', 'kill', 'postgres', 'us-east');
    await system.handover('promote', 'eu-west');
    await system.handover('fault', 'heal', 'postgres', 'us-east');
    const roles = async (): Promise<string> =>
      (await system.handover<Status>('status')).regions.map(region => region.stores.postgres.role).join();
    await until('roles exchanged', 60_000, async () => (await roles()) === 'standby,primary');
  });

  it.each([
    [2, ['fault', 'kill', 'node', 'us-east/9']],
    [2, ['fault', 'kill', 'node', 'mars/1']],
    [2, ['fault', 'melt', 'registry']],
    [2, ['status', '--colour']],
    [3, ['fault', 'kill', 'search', 'us-east']],
    [3, ['fault', 'cut', 'region', 'us-east']],
    [1, ['simulate', 'hangup', '00000000000000FF']],
  ])('ends with %i on: handover %j', async (code, words) => {
    const result = await runHandover([...words, '--json', '--state', system.stateDir]);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).not.toBe('');
  });
});

describe('starting', () => {
  const dir = temporaryDir('up');
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('says so when its port is taken', async () => {
    const server: Server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const up = startUp(join(dir, 'taken'), ['--port', String(port)]);
    expect(await up.ended).toBe(1);
    expect(up.output()).toContain(`port ${port} is taken`);
    server.close();
  });

  it('clears what a killed one left over, and leaves nothing when it stops', async () => {
    const stateDir = join(dir, 'crashed');
    const args = ['--regions', 'solo', '--no-ui'];
    const first = startUp(stateDir, args);
    await first.ready;
    const left = pidsOf(stateDir);
    process.kill(stateOf(stateDir).process.pid, 'SIGKILL');
    await first.ended;
    expect(left.filter(isRunning)).not.toEqual([]);

    const second = startUp(stateDir, args);
    await second.ready;
    expect(left.filter(isRunning)).toEqual([]);
    expect((await runHandover(['fault', 'freeze', 'site', 'solo', '--state', stateDir])).code).toBe(0);
    const now = pidsOf(stateDir);
    expect(await second.stop()).toBe(0);
    expect(now.filter(isRunning)).toEqual([]);
    expect(processesNaming(stateDir)).toEqual([]);
    expect((await runHandover(['status', '--state', stateDir])).code).toBe(1);
  });

  it('leaves nothing when it is stopped and nobody reads what it prints', async () => {
    const stateDir = join(dir, 'unread');
    const up = startUp(stateDir, ['--regions', 'solo', '--no-ui']);
    await up.ready;
    const now = pidsOf(stateDir);
    up.stopReading();
    expect(await up.stop()).toBe(0);
    expect(now.filter(isRunning)).toEqual([]);
  });
});
