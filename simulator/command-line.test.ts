import { expect, test } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { serverAddresses, siteProcesses } from './processes.ts';

const sip = ['sip', '--site', 'us-east', '--world', 'h:1', '--config', 'h:2'];

test.each([
  [['moon'], 'first argument'],
  [['world'], '--site'],
  [['world', '--site', 'us-east', '--sites', 'eu-west'], '--sites'],
  [['sip', '--site', 'us-east'], '--world'],
  [['sip', '--site', 'us-east', '--world', 'h:1'], '--config'],
  [[...sip, '--port', 'x'], '--port'],
  [[...sip, '--port', '70000'], '--port'],
  [[...sip, '--world', 'h'], '--world'],
  [[...sip, '--redundancy', 'cold'], '--redundancy'],
  [[...sip, '--role', 'both'], '--role'],
  [[...sip, '--wrap-up-time', '-1'], '--wrap-up-time'],
  [[...sip, '--nonsense'], '--nonsense'],
])('%j is refused by name', (args, name) => {
  expect(() => readCommandLine(args)).toThrow(name);
});

test('the processes of a site are started with command lines that the program accepts', () => {
  const ports = (base: number) => ({
    world: base,
    worldControl: base + 1,
    config: { primary: base + 2, backup: base + 3 },
    sip: { primary: base + 4, backup: base + 5 },
  });
  const sites = [
    { name: 'us-east', host: '127.0.0.1', ports: ports(5_000) },
    { name: 'eu-west', host: '127.0.0.2', ports: ports(6_000) },
  ];
  const wish = { sites, agents: 4, serversFile: '/tmp/servers.json' };
  const started = siteProcesses('eu-west', wish);
  const own = started.filter(one => one.kind === 'world' || one.kind === 'config' || one.kind === 'sip');
  expect(own.map(one => one.name)).toEqual([
    'world_eu-west',
    'config_eu-west_primary',
    'config_eu-west_backup',
    'sip_eu-west_primary',
    'sip_eu-west_backup',
  ]);
  for (const process of own) {
    const line = readCommandLine(process.args);
    expect(line).toMatchObject({ role: process.kind, site: 'eu-west', watchStdin: true, host: '127.0.0.2', port: process.ports[0] });
    if (process.kind === 'config') expect(line.peers).toHaveLength(3);
  }
  expect(serverAddresses(wish)['sip_us-east_backup']).toEqual({ host: '127.0.0.1', port: 5_005 });
});
