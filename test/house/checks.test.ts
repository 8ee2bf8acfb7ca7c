import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plant, type PlantedTree } from './planted.ts';

/** A fault for every rule of the lint configuration: [rule, file, text]. */
const lintFaults: readonly [rule: string, file: string, text: string][] = [
  ['@typescript-eslint/no-explicit-any', 'origin/any.ts', 'export const f = (value: any): unknown => value;\n'],
  ['@typescript-eslint/no-floating-promises', 'origin/floating.ts', 'export const f = (): void => {\n  Promise.resolve();\n};\n'],
  ['@typescript-eslint/no-misused-promises', 'origin/misused.ts', 'export const f = (): void => [1].forEach(async () => undefined);\n'],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    'origin/switch.ts',
    "export function f(v: 'a' | 'b'): number {\n  switch (v) {\n    case 'a':\n      return 1;\n  }\n  return 0;\n}\n",
  ],
  ['@typescript-eslint/consistent-type-imports', 'origin/type-import.ts', "import { Stats } from 'node:fs';\nexport type S = Stats;\n"],
  ['@typescript-eslint/no-unused-vars', 'origin/unused.ts', 'export const f = (): void => {\n  const unused = 1;\n};\n'],
  ['eqeqeq', 'origin/equal.ts', 'export const f = (a: number, b: number): boolean => a == b;\n'],
  ['no-console', 'origin/console.ts', "console.log('x');\n"],
  ['max-lines', 'origin/long.ts', 'export {};\n'.repeat(401)],
  ['no-restricted-syntax', 'origin/parse.ts', "export const n = parseInt('1', 10);\n"],
  ['no-restricted-properties', 'origin/environment.ts', 'export const home = process.env.HOME;\n'],
];

describe('lint', () => {
  let tree: PlantedTree;
  let found: { file: string; rules: string[] }[] = [];
  beforeAll(async () => {
    tree = plant(Object.fromEntries(lintFaults.map(([, file, text]) => [file, text])));
    const { code, output } = await tree.run('node_modules/eslint/bin/eslint.js', '--format', 'json', 'origin');
    expect(code).toBe(1);
    const report = JSON.parse(output.slice(output.indexOf('['))) as { filePath: string; messages: { ruleId: string }[] }[];
    found = report.map(({ filePath, messages }) => ({
      file: filePath.slice(filePath.lastIndexOf('origin/')),
      rules: messages.map(message => message.ruleId),
    }));
  }, 60_000);
  afterAll(() => tree.remove());

  it.each(lintFaults)('%s is red', (rule, file) => {
    expect(found.find(result => result.file === file)?.rules).toContain(rule);
  });
});

describe('the other checks', () => {
  const run = async (files: Record<string, string>, program: string, ...args: string[]): Promise<{ code: number; output: string }> => {
    const tree = plant(files);
    const result = await tree.run(program, ...args.map(arg => (arg === 'ROOT' ? tree.dir : arg)));
    tree.remove();
    return result;
  };
  const lock = (license: string, dev = false): Record<string, string> => ({
    'package-lock.json': JSON.stringify({
      packages: { 'node_modules/some': { license, ...(dev ? { dev } : {}) }, 'node_modules/other': { license: 'MIT' } },
    }),
  });

  it('types: red for a wrong type, green for a right one', async () => {
    const wrong = await run({ 'origin/a.ts': "export const n: number = 'text';\n" }, 'cli/check/types.ts', 'ROOT');
    expect([wrong.code, wrong.output.includes('TS2322')]).toEqual([1, true]);
    expect((await run({ 'origin/a.ts': 'export const n: number = 1;\n' }, 'cli/check/types.ts', 'ROOT')).code).toBe(0);
  });

  it('format: red for a file that prettier would change', async () => {
    const prettier = ['node_modules/prettier/bin/prettier.cjs', '--check', 'origin'] as const;
    expect((await run({ 'origin/a.ts': 'export const n = "x"\n' }, ...prettier)).code).toBe(1);
    expect((await run({ 'origin/a.ts': "export const n = 'x';\n" }, ...prettier)).code).toBe(0);
  });

  it('unused: red for a file that nothing uses, and for an export', async () => {
    const knip = JSON.stringify({ entry: ['main.ts'], project: ['**/*.ts'], ignore: ['eslint.config.ts'] });
    const main = "import { used } from './used.ts';\n\nused();\n";
    const used = 'export const used = (): void => undefined;\n';
    const red = await run(
      { 'knip.json': knip, 'main.ts': main, 'used.ts': `${used}export const idle = 1;\n`, 'orphan.ts': used },
      'node_modules/knip/bin/knip.js',
    );
    expect([red.code, red.output.includes('orphan.ts'), red.output.includes('idle')]).toEqual([1, true, true]);
    expect((await run({ 'knip.json': knip, 'main.ts': main, 'used.ts': used }, 'node_modules/knip/bin/knip.js')).output).toBe('');
  });

  it.each([
    ['GPL-3.0', false, 1],
    ['GPL-3.0', true, 0],
    ['(MIT OR GPL-3.0)', false, 0],
    ['MIT AND GPL-3.0', false, 1],
  ])('licences: %s of a package for development %j ends with %i', async (license, dev, code) => {
    expect((await run(lock(license, dev), 'cli/check/licences.ts', 'ROOT')).code).toBe(code);
  });
});
