import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '@handover/shared/log';
import { systemClock } from '@handover/shared/time';
import { createConfiguration, type ConfigurationConnector } from '../../origin/connectors/configuration/index.ts';
import { createSimDriver } from '../../origin/connectors/link/index.ts';
import type { RunningSystem } from './system.ts';

/** An administrator's connection to the Configuration Servers of a region of a running system, read completely. Call `stop` at the end. */
export async function openConfiguration(system: Pick<RunningSystem, 'stateDir'>, region = 'us-east'): Promise<ConfigurationConnector> {
  const { parts } = JSON.parse(readFileSync(join(system.stateDir, 'state.json'), 'utf8')) as {
    parts: { kind: string; region: string | null; host: string; port: number }[];
  };
  const configuration = createConfiguration({
    servers: parts.filter(part => part.kind === 'config' && part.region === region).map(({ host, port }) => ({ host, port })),
    application: `Handover_${region}`,
    driver: createSimDriver(),
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
  });
  configuration.start();
  await configuration.ready();
  return configuration;
}

/** The pair of servers of a region becomes a hot or a warm standby; clients and servers follow the configuration. */
export async function setRedundancy(
  system: Pick<RunningSystem, 'stateDir'>,
  kind: 'config' | 'sip' | 'stat' | 'interaction',
  redundancyType: 'hot' | 'warm',
  region = 'us-east',
): Promise<void> {
  const configuration = await openConfiguration(system, region);
  try {
    for (const application of configuration.all('CfgApplication').filter(({ name }) => name.startsWith(`${kind}_${region}_`))) {
      const changed = await configuration.update('CfgApplication', application.dbid, { redundancyType });
      if (!changed.ok) throw new Error(`${application.name}: ${JSON.stringify(changed.reason)}`);
    }
  } finally {
    configuration.stop();
  }
}
