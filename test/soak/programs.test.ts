import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// Long programs that judge themselves: they end with 0 when all they watched was right.
const programs: readonly (readonly [string, string, ...string[]])[] = [
  ['many walks through the model of ownership find no broken rule', 'origin/ownership/model/soak.ts', '30000'],
  ['ten thousand parked Bayeux sessions cost no memory and next to no CPU, and leave nothing behind', 'node-bayeux/soak/parked.ts'],
];

it.each(programs)('%s', async (_, file, ...args) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../..', file), ...args], { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(0);
});
