import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRegistryReachable, packNodeBayeux, run } from './packed.ts';

// The tarball, installed in an empty folder and run by the oldest and the newest Node it is for.
const reachable = isRegistryReachable();
const folder = mkdtempSync(join(tmpdir(), 'node-bayeux-'));
const project = join(folder, 'project');
const script = `
import http from 'node:http';
import { createBayeuxServer, AckExtension } from 'node-bayeux';
const bayeux = createBayeuxServer();
bayeux.addExtension(new AckExtension());
const server = http.createServer(bayeux.handle);
server.listen(0, '127.0.0.1', async () => {
  const url = 'http://127.0.0.1:' + server.address().port;
  let cookie = '';
  const post = async message => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify([message]), headers: { 'content-type': 'application/json', cookie } });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return (await response.json()).at(-1);
  };
  const shaken = await post({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'], ext: { ack: true } });
  const results = [];
  for (let n = 0; n < 5; n++) {
    bayeux.session(shaken.clientId).deliver('/n', n);
    const reply = await post({ id: n, channel: '/meta/connect', clientId: shaken.clientId, connectionType: 'long-polling', ext: { ack: n } });
    results.push(reply.successful && reply.id === n && reply.ext.ack);
  }
  console.log(process.versions.node.split('.')[0], shaken.ext.ack, results.join());
  process.exit(0);
});
`;
const consumer = `
import { createBayeuxServer, type BayeuxServer, type Session } from 'node-bayeux';
const server: BayeuxServer = createBayeuxServer({ timeout: 1_000, onSubscribe: (session: Session, channel: string) => session.active && channel !== '/x' });
server.addListener('sessionRemoved', (session, timedOut, reason) => [session.id, timedOut, reason === 'timeout']);
// @ts-expect-error an option of the wrong type
createBayeuxServer({ timeout: 'x' });
`;

function nodeOf(major: number): string | undefined {
  const candidates = [process.execPath, '/usr/bin/node', '/usr/local/bin/node', process.env[`NODE_${major}`] ?? ''];
  return candidates.find(
    path => existsSync(path) && execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).startsWith(`${major}.`),
  );
}

beforeAll(() => {
  if (!reachable) return;
  const tarball = packNodeBayeux(folder);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', private: true, type: 'module' }));
  writeFileSync(join(project, 'run.mjs'), script);
  writeFileSync(join(project, 'consumer.ts'), consumer);
  run('npm', ['install', '--no-package-lock', tarball], project);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed package', () => {
  it.each([20, 24])('answers handshakes and connects on Node %i', context => {
    const node = nodeOf(context);
    if (!reachable || node === undefined) {
      console.warn(`skipped: ${reachable ? `no Node ${context} on this machine` : 'the npm registry is not reachable'}`);
      return;
    }
    expect(run(node, ['run.mjs'], project).trim()).toBe(`${context} true 1,2,3,4,5`);
  });

  it.skipIf(!reachable)('has declarations that a strict program compiles against', () => {
    const types = resolve(import.meta.dirname, '../../../node_modules/@types');
    const tsc = resolve(import.meta.dirname, '../../../node_modules/.bin/tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2023',
      '--typeRoots',
      types,
      '--types',
      'node',
      '--skipLibCheck',
      'false',
    ];
    expect(run(tsc, [...options, 'consumer.ts'], project)).toBe('');
  });

  it.skipIf(!reachable)('has one dependency and no sources, tests or tools in it', () => {
    const files = run('find', ['node_modules/node-bayeux', '-type', 'f'], project).trim().split('\n');
    expect(files.filter(file => !/\/(package\.json|README\.md|LICENSE|dist\/[a-z/-]+\.(js|d\.ts))$/.test(file))).toEqual([]);
    expect(run('ls', ['node_modules'], project).trim().split('\n')).toEqual(['node-bayeux', 'ws']);
  });
});
