import type { CommandLine } from '../command-line.ts';
import { applicationName } from '../configuration/index.ts';
import { InteractionServer } from '../interaction/index.ts';
import type { Running, Surroundings } from './role.ts';
import { worldOf } from './world-address.ts';

export async function startInteraction(line: CommandLine, { clock, log }: Surroundings): Promise<Running> {
  const { site, host, port, redundancy, config } = line;
  const server = new InteractionServer({
    name: applicationName('interaction', site, line.serverRole),
    role: line.serverRole === 'primary' ? 'Primary' : 'Backup',
    redundancy,
    host,
    port,
    world: worldOf(line),
    configuration: config,
    clock,
    log,
  });
  const listening = await server.start();
  return { ports: [listening], stop: () => server.stop() };
}
