import type { CommandLine } from '../command-line.ts';
import { applicationName, ConfigurationServer } from '../configuration/index.ts';
import type { Running, Surroundings } from './role.ts';
import { worldOf } from './world-address.ts';

export async function startConfig(line: CommandLine, { clock, log }: Surroundings): Promise<Running> {
  const { site, sites, agents, host, port, peers, servers } = line;
  const server = new ConfigurationServer({
    name: applicationName('config', site, line.serverRole),
    site,
    role: line.serverRole === 'primary' ? 'Primary' : 'Backup',
    sites,
    agents,
    host,
    port,
    world: worldOf(line),
    peers,
    ...(servers === undefined ? {} : { serversFile: servers }),
    clock,
    log,
  });
  const listening = await server.start();
  return { ports: [listening], reload: () => void server.reload(), stop: () => server.stop() };
}
