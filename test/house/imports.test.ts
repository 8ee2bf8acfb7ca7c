import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plant, type PlantedTree } from './planted.ts';

const value = 'export const value = 1;\n';
const importing = (...paths: string[]): string =>
  paths.map((path, index) => `import * as m${index} from '${path}';\nexport const v${index} = m${index};\n`).join('');

/** A fault for every rule, each in a file of its own: [rule, file, what it imports]. */
const faults: readonly [rule: string, file: string, imports: string][] = [
  ['no-cycle', 'origin/contracts/chicken.ts', './egg.ts'],
  ['resolvable', 'origin/contracts/lost.ts', './nowhere.ts'],
  ['table-shared', 'shared/time/index.ts', '../../regions/index.ts'],
  ['table-node-bayeux', 'node-bayeux/index.ts', '../shared/ids/index.ts'],
  ['table-regions', 'regions/index.ts', '../origin/main.ts'],
  ['table-edge', 'edge/index.ts', '../origin/main.ts'],
  ['table-origin', 'origin/main.ts', '../simulator/index.ts'],
  ['table-simulator', 'simulator/index.ts', '../origin/contracts/identity.ts'],
  ['table-ui', 'ui/page.ts', '../origin/contracts/identity.ts'],
  ['table-cli', 'cli/main.ts', '../test/support/index.ts'],
  ['table-test', 'test/support/index.ts', '../../bench/index.ts'],
  ['bare-shared', 'shared/log/index.ts', 'hono'],
  ['edge-without-stores', 'edge/route.ts', '../regions/stores.ts'],
  ['services-apart', 'origin/services/voice/index.ts', '../chat/index.ts'],
  ['services-on-contracts', 'origin/services/chat/index.ts', '../../stores/postgres/index.ts'],
  ['stores-and-connectors-on-contracts', 'origin/connectors/sip/index.ts', '../../server/gate.ts'],
  ['through-the-door', 'origin/connectors/stat/index.ts', '../sip/codec.ts'],
  ['through-the-shared-door', 'origin/contracts/identity.ts', '../../shared/ids/random.ts'],
  ['through-the-package-door', 'origin/server/gate.ts', '../../node-bayeux/inner.ts'],
  ['tests-through-doors', 'test/e2e/day.test.ts', '../../origin/server/gate.ts'],
  ['no-test-in-product', 'origin/server/body.ts', './gate.test.ts'],
  ['driver-postgres', 'origin/server/rows.ts', 'postgres'],
  ['driver-ioredis', 'origin/server/cache.ts', 'ioredis'],
  ['driver-@upstash/redis', 'origin/server/registry.ts', '@upstash/redis'],
  ['driver-@elastic/elasticsearch', 'origin/services/search/index.ts', '@elastic/elasticsearch'],
  ['driver-oidc-provider', 'origin/server/oidc.ts', 'oidc-provider'],
  ['by-name', 'cli/up.ts', '../simulator/index.ts'],
];
const innocent: Record<string, string> = Object.fromEntries(
  [
    'bench/index.ts',
    'origin/server/gate.test.ts',
    'origin/connectors/sip/codec.ts',
    'origin/stores/postgres/index.ts',
    'shared/ids/index.ts',
    'shared/ids/random.ts',
    'regions/stores.ts',
    'node-bayeux/inner.ts',
  ].map(path => [path, value]),
);

describe('the import rules', () => {
  let output = '';
  let tree: PlantedTree;
  beforeAll(async () => {
    const planted = Object.fromEntries(faults.map(([, file, imports]) => [file, importing(imports)]));
    tree = plant({
      ...innocent,
      ...planted,
      'origin/contracts/egg.ts': "import type * as chicken from './chicken.ts';\nexport type Egg = typeof chicken;\n",
    });
    const result = await tree.run('cli/check/imports.ts', tree.dir);
    expect(result.code).toBe(1);
    output = result.output;
  });
  afterAll(() => tree.remove());

  it.each(faults)('%s is red for %s', (rule, file) => {
    expect(output.split('\n').filter(line => line.startsWith(`${file} → `) && line.includes(`: ${rule} (`))).not.toEqual([]);
  });

  it('have a planted fault each', async () => {
    const { importRules } = await import('../../cli/check/import-rules.ts');
    const shown = new Set(faults.map(([rule]) => rule));
    // bench may import everything of ours, so nothing can break its row.
    expect(importRules.map(rule => rule.name).filter(name => name !== undefined && name !== 'table-bench' && !shown.has(name))).toEqual([]);
  });

  it('are green for a tree without faults', async () => {
    const clean = plant(innocent);
    expect(await clean.run('cli/check/imports.ts', clean.dir)).toEqual({
      code: 0,
      output: `${Object.keys(innocent).length} files, 0 faults\n`,
    });
    clean.remove();
  });
});
