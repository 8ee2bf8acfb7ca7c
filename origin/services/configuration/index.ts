import type { Hono } from 'hono';
import type { Cache } from '../../contracts/stores.ts';
import { createConfigurationApp, type ConfigurationEnv } from './app.ts';
import { createCollector, createLease, type CollectorStatus } from './collector/index.ts';
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

/** `cache` and `node` decide which node of the region writes an index that all of them share. */
export function createConfigurationService(parts: ConfigurationParts & { cache: Cache; node: string }): ConfigurationService {
  const { configuration, index, clock, log } = parts;
  const collector = createCollector({
    configuration,
    index,
    ...(index.kind === 'server' ? { lease: createLease(parts.cache, parts.node) } : {}),
    clock,
    log,
  });
  return {
    app: createConfigurationApp(parts),
    start: () => collector.start(),
    stop: () => collector.stop(),
    rebuildSearch: () => collector.rebuild(),
    searchStatus: () => collector.status(),
  };
}
