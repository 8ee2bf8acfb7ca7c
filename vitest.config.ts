import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** For the health object under test: one region, whose port nobody listens on. */
const edgeBindings = {
  EDGE_KEYRING: JSON.stringify({ active: 'k1', keys: { k1: btoa('x'.repeat(32)) } }),
  REGIONS: JSON.stringify({
    regions: [{ name: 'us-east', location: '/us-east', origins: [{ node: 'us-east/1', url: 'http://127.0.0.1:9' }] }],
  }),
};

/** Projects: `unit` (beside the source, no I/O), `edge` (the worker inside workerd), `system` (real parts, one file at a time), `soak` (long ones). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{shared,regions,origin,simulator,cli,node-bayeux,ui,bench}/**/*.test.ts', 'test/house/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 120_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { bindings: edgeBindings },
          }),
        ],
        test: { name: 'edge', include: ['edge/**/*.test.ts'], exclude: ['**/node_modules/**', 'edge/serve/**'] },
      },
      {
        test: {
          name: 'system',
          environment: 'node',
          include: ['test/{contract,conformance,failure,e2e,edge}/**/*.test.ts'],
          // A floor of agents needs the machine for itself, and minutes: `npm run soak`.
          exclude: ['**/node_modules/**', 'test/failure/floor/**'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'soak',
          environment: 'node',
          include: ['test/{soak,failure/floor}/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 3_600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
