import type { CommandLine } from '../command-line.ts';
import { applicationName, switchName } from '../configuration/index.ts';
import { SipServer } from '../sip/index.ts';
import type { Running, Surroundings } from './role.ts';
import { worldOf } from './world-address.ts';

export async function startSip(line: CommandLine, { clock, log }: Surroundings): Promise<Running> {
  const { site, host, port, redundancy, config, logoutOnDisconnect, refuseStaleEpochs } = line;
  const server = new SipServer({
    name: applicationName('sip', site, line.serverRole),
    switchName: switchName(site),
    role: line.serverRole === 'primary' ? 'Primary' : 'Backup',
    redundancy,
    host,
    port,
    world: worldOf(line),
    configuration: config,
    overrides: {
      ...(logoutOnDisconnect === undefined ? {} : { logoutOnDisconnect }),
      ...(refuseStaleEpochs === undefined ? {} : { refuseStaleEpochs }),
      ...(line.agentNoAnswerTimeoutS === undefined ? {} : { agentNoAnswerTimeoutMs: line.agentNoAnswerTimeoutS * 1_000 }),
      ...(line.wrapUpTimeS === undefined ? {} : { wrapUpMs: line.wrapUpTimeS * 1_000 }),
    },
    clock,
    log,
  });
  const listening = await server.start();
  return { ports: [listening], stop: () => server.stop() };
}
