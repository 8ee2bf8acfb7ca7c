import type { Hono } from 'hono';
import type { Cache } from '../../contracts/stores.ts';
import type { Statistics } from '../../contracts/statistics.ts';
import { createConfigurationApp, type ConfigurationEnv } from './app.ts';
import { createCollector, createLease, type CollectorStatus } from './collector/index.ts';
import { createRecorder } from './history/recorder.ts';
import type { ConfigurationParts } from './parts.ts';

/** The Configuration API, `/configuration/v3`, and what keeps the search index equal to the configuration. */
export interface ConfigurationService {
  /** To be mounted at `/configuration/v3`. */
  readonly app: Hono<ConfigurationEnv>;
  start(): void;
  stop(): Promise<void>;
  /** Builds the search index anew; resolves when it is in place. */
  rebuildSearch(): Promise<number>;
  searchStatus(): CollectorStatus;
}

/** `cache` and `node` decide which node of the region writes an index that all of them share; `statistics` tell what agents did. */
export function createConfigurationService(
  parts: ConfigurationParts & { cache: Cache; node: string; statistics: Pick<Statistics, 'get'> },
): ConfigurationService {
  const { configuration, index, clock, log } = parts;
  const collector = createCollector({
    configuration,
    index,
    ...(index.kind === 'server' ? { lease: createLease(parts.cache, parts.node) } : {}),
    clock,
    log,
  });
  const recorder = createRecorder({ ...parts, history: index.history, writes: () => collector.status().writes });
  return {
    app: createConfigurationApp(parts),
    start() {
      collector.start();
      recorder.start();
    },
    async stop() {
      recorder.stop();
      await collector.stop();
    },
    rebuildSearch: () => collector.rebuild(),
    searchStatus: () => collector.status(),
  };
}
