import { spawnSync } from 'node:child_process';
import { findOnPath } from '../system/find.ts';

interface Requirement {
  program: string;
  /** Debian's name for it. */
  package: string;
  /** What cannot be tested without it. */
  without: string;
}

const requirements: readonly Requirement[] = [
  { program: 'redis-server', package: 'redis-server', without: 'Redis as a server of its own (the in-memory one is used)' },
  { program: 'chromium', package: 'chromium', without: 'the pages in a browser' },
  { program: 'nginx', package: 'nginx', without: 'the generated nginx configuration' },
  { program: 'ip', package: 'iproute2', without: 'regions cut off from each other' },
  { program: 'nsenter', package: 'util-linux', without: 'regions cut off from each other' },
];

const installTimeoutMs = 300_000;

/** Installs with apt-get what the tests want beside Node, when that is possible (root on Debian); tells what is missing after all. */
export function installRequirements(): string[] {
  const missing = absent();
  if (missing.length === 0) return [];
  const names = missing.map(requirement => requirement.package);
  if (process.getuid?.() === 0 && findOnPath('apt-get') !== undefined) install(names);
  return absent().map(requirement => `not installed: ${requirement.package}; skipped without it: ${requirement.without}`);
}

const absent = (): Requirement[] => requirements.filter(({ program }) => findOnPath(program) === undefined);

function install(packages: readonly string[]): void {
  console.log(`installing ${packages.join(', ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Their services are not wanted, only their programs.
  const quiet = ['-o', 'Dpkg::Use-Pty=0', '-qq', '-y', '--no-install-recommends'];
  for (const args of [
    ['update', '-qq'],
    ['install', ...quiet, ...packages],
  ])
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env, timeout: installTimeoutMs });
}
