import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2] ?? join(import.meta.dirname, '../..');
const allowed = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'PostgreSQL',
  'Unlicense',
]);

interface LockEntry {
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  link?: boolean;
}

// Judges the licences of everything that runs in production: node cli/check/licences.ts [ROOT].
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, LockEntry> };
const runtime = Object.entries(lock.packages).filter(
  ([path, entry]) => path.includes('node_modules/') && entry.dev !== true && entry.devOptional !== true && entry.link !== true,
);
const faults = runtime
  .filter(([path, entry]) => !isAllowed(licenceOf(path, entry)))
  .map(([path, entry]) => `${path}: ${licenceOf(path, entry) ?? 'no licence'} is not among ${[...allowed].join(', ')}`);
for (const fault of faults) console.error(fault);
console.log(`${runtime.length} run-time packages, ${faults.length} faults`);
process.exit(faults.length === 0 && runtime.length > 0 ? 0 : 1);

function licenceOf(path: string, entry: LockEntry): string | undefined {
  return entry.license ?? manifestLicence(path);
}

function manifestLicence(path: string): string | undefined {
  try {
    const { license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as { license?: unknown };
    return typeof license === 'string' ? license : undefined;
  } catch {
    return undefined;
  }
}

/** An SPDX expression: one choice of an OR is enough, every part of an AND is needed. */
function isAllowed(expression: string | undefined): boolean {
  if (expression === undefined) return false;
  const plain = expression.replaceAll(/[()]/g, '');
  return plain.split(' OR ').some(choice => choice.split(' AND ').every(part => allowed.has(part.trim())));
}
