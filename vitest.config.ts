import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Projects: `unit` (beside the source, no I/O), `edge` (the worker inside workerd), `system` (real parts, one file at a time). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{shared,regions,origin,simulator,cli,node-bayeux,ui,bench}/**/*.test.ts', 'test/house/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 20_000,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: { name: 'edge', include: ['edge/**/*.test.ts'], exclude: ['**/node_modules/**', 'edge/serve/**'] },
      },
      {
        test: {
          name: 'system',
          environment: 'node',
          include: ['test/{contract,conformance,failure,e2e,edge}/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
