import { spawnSync } from 'node:child_process';
import { findJava } from '../java/index.ts';
import { findOnPath } from '../system/find.ts';

interface Requirement {
  isThere: () => boolean;
  /** Debian's name for it. */
  package: string;
  /** What cannot be tested without it. */
  without: string;
}

const onPath = (program: string) => (): boolean => findOnPath(program) !== undefined;

const requirements: readonly Requirement[] = [
  { isThere: onPath('redis-server'), package: 'redis-server', without: 'Redis as a server of its own (the in-memory one is used)' },
  { isThere: onPath('chromium'), package: 'chromium', without: 'the pages in a browser' },
  { isThere: onPath('nginx'), package: 'nginx', without: 'the generated nginx configuration' },
  { isThere: onPath('ip'), package: 'iproute2', without: 'regions cut off from each other' },
  { isThere: onPath('nsenter'), package: 'util-linux', without: 'regions cut off from each other' },
  { isThere: () => findJava() !== undefined, package: 'openjdk-21-jdk-headless', without: 'search on a real Elasticsearch' },
  { isThere: onPath('mvn'), package: 'maven', without: 'search on a real Elasticsearch, unless its server was fetched before' },
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

const absent = (): Requirement[] => requirements.filter(({ isThere }) => !isThere());

function install(packages: readonly string[]): void {
  console.log(`installing ${packages.join(', ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Their services are not wanted, only their programs.
  const quiet = ['-o', 'Dpkg::Use-Pty=0', '-qq', '-y', '--no-install-recommends'];
  const run = (args: readonly string[]): void =>
    void spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env, timeout: installTimeoutMs });
  run(['update', '-qq']);
  // One by one: a distribution that lacks one of them has the others.
  for (const name of new Set(packages)) run(['install', ...quiet, name]);
}
