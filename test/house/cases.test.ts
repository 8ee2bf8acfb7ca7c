import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const rows = [...readFileSync(join(root, 'test/cases.md'), 'utf8').matchAll(/\| `([^`]+\.ts)` (.+?) \|$/gm)].map(
  match => [match[1] ?? '', match[2] ?? ''] as const,
);

describe('the table of public reports', () => {
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(30);
  });

  it.each(rows)('%s has the test "%s"', (file, name) => {
    const path = join(root, file);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8').replaceAll("\\'", "'")).toContain(name);
  });
});
