import type { CommandLine } from '../command-line.ts';
import { listenControl, openWorld } from '../world/index.ts';
import type { Running, Surroundings } from './role.ts';

export async function startWorld(line: CommandLine, { clock, log }: Surroundings): Promise<Running> {
  const { site, host, port, controlPort } = line;
  const world = await openWorld({ site, host, port, clock, log });
  const control = await listenControl(world, { host, port: controlPort });
  return {
    ports: [world.port, control.port],
    async stop() {
      await control.close();
      await world.close();
    },
  };
}
