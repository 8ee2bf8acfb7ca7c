import type { CommandLine } from '../command-line.ts';
import { applicationName, switchName } from '../configuration/index.ts';
import { StatServer } from '../stat/index.ts';
import type { Running, Surroundings } from './role.ts';
import { worldOf } from './world-address.ts';

export async function startStat(line: CommandLine, { clock, log }: Surroundings): Promise<Running> {
  const { site, host, port, config, sip } = line;
  const server = new StatServer({
    name: applicationName('stat', site, line.serverRole),
    switchName: switchName(site),
    role: line.serverRole === 'primary' ? 'Primary' : 'Backup',
    host,
    port,
    world: worldOf(line),
    configuration: config,
    sip,
    clock,
    log,
  });
  const listening = await server.start();
  return { ports: [listening], stop: () => server.stop() };
}
