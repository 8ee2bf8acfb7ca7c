import type { Env } from './config.ts';
import { handle } from './gateway.ts';
import { armAll } from './health/index.ts';

export { RegionHealth } from './health/index.ts';

/** The edge worker: requests, and each minute a look at the health objects' alarms. */
export default {
  fetch: handle,
  async scheduled(_controller, env) {
    await armAll(env);
  },
} satisfies ExportedHandler<Env>;
