import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addAttachment } from './attachment-rows.ts';
import { digitalOperations } from './table.ts';

/** Where the vendor's generated client sends its requests: the last word about paths and names. */
const generated = join(
  dirname(createRequire(import.meta.url).resolve('genesys-workspace-client-js/package.json')),
  'src/internal/code-gen/workspace-api/api',
);
const calls = ['Chat', 'Email', 'Media', 'MediaManagement', 'Workbins'].flatMap(group => {
  const source = readFileSync(join(generated, `${group}Api.js`), 'utf8');
  const names = [...source.matchAll(/this\.(\w+)WithHttpInfo = function/g)].map(match => match[1] ?? '');
  const requests = [...source.matchAll(/callApi\(\s*'([^']+)',\s*'(\w+)'/g)];
  return requests.map((match, index) => ({ name: names[index] ?? '', path: match[1] ?? '', method: (match[2] ?? '').toLowerCase() }));
});

describe('the vendor’s client', () => {
  it('has all the operations we know of', () => {
    expect(calls.length).toBeGreaterThan(60);
    expect(new Set(calls.map(each => each.name)).size).toBe(calls.length);
  });

  it.each(calls.map(each => [each.name, each] as const))('finds %s where it asks for it', (name, call) => {
    const ours = [addAttachment, ...digitalOperations].find(each => each.name === name);
    expect({ name, path: ours?.path, method: ours?.method }).toEqual(call);
  });
});
