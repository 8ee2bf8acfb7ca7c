import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agentTable } from './agents.ts';
import { legTable } from './legs.ts';

const spec = readFileSync(new URL('./SPEC.md', import.meta.url), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('|'))
  .map(line => line.split('|').map(cell => cell.trim()).slice(1, -1)); // prettier-ignore

/** The rows of SPEC.md for a table, as text. */
function specOf(table: Readonly<Record<string, Readonly<Record<string, string>>>>): string[][] {
  const states = Object.keys(table);
  const head = spec.findIndex(row => row.slice(1).join() === states.join());
  const events = Object.keys(table[states[0] ?? ''] ?? {});
  return spec.slice(head + 2, head + 2 + events.length);
}

test.each([
  ['legs', legTable],
  ['agents', agentTable],
] as const)('SPEC.md shows the table of %s', (_, table) => {
  const states = Object.values(table as Readonly<Record<string, Readonly<Record<string, string>>>>);
  const events = Object.keys(states[0] ?? {});
  expect(specOf(table)).toEqual(events.map(event => [event, ...states.map(state => state[event])]));
});
