import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../../..');

/** Output of a command; throws with it when the command fails. */
export function run(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}, mayFail = false): string {
  const done = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 110_000,
    env: { ...process.env, npm_config_ignore_scripts: 'false', npm_config_audit: 'false', npm_config_fund: 'false', ...env },
  });
  if (done.status !== 0 && !mayFail)
    throw new Error(`${command} ${args.join(' ')} ended with ${String(done.status)}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

/** Packs node-bayeux as `npm pack` does, from a copy so that nobody sees the manifest change. Returns the tarball's path. */
export function packNodeBayeux(folder: string): string {
  const copy = join(folder, 'source');
  mkdirSync(copy, { recursive: true });
  cpSync(join(repository, 'node-bayeux'), copy, {
    recursive: true,
    filter: path => !/\/(node_modules|dist)$|\.tgz$/.test(path) && !basename(path).endsWith('.unpacked'),
  });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  run('npm', ['pack', '--pack-destination', folder], copy, {
    PATH: `${join(repository, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
  });
  const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack left no tarball');
  return join(folder, tarball);
}

/** Whether the package registry answers: tests that fetch from it say so and are skipped when it does not. */
export function isRegistryReachable(): boolean {
  return spawnSync('npm', ['view', 'ws', 'version'], { encoding: 'utf8', timeout: 20_000 }).status === 0;
}
