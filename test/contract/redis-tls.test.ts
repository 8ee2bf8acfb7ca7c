import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, until } from './stores-support.ts';

// A real redis-server that speaks TLS only, with a user who may touch our keys alone, as docs/operations.md tells operators to make it.
const run = promisify(execFile);
const client = join(import.meta.dirname, 'redis-tls-client.ts');
const speaksTls = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    const server = execFileSync('sh', ['-c', 'command -v redis-server']).toString().trim();
    return execFileSync('ldd', [server]).toString().includes('libssl');
  } catch {
    return false;
  }
})();
if (!speaksTls) console.log('skipped: Redis over TLS, because there is no openssl or no redis-server with TLS');

describe.skipIf(!speaksTls)('Redis over TLS with a user of its own', () => {
  let dir = '';
  let port = 0;
  let server: ChildProcess;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'handover-redis-tls-'));
    const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      certificate,
      ...subject,
    ]);
    writeFileSync(
      join(dir, 'users.acl'),
      'user default off\nuser handover on >secret ~auth:* ~search:* -@all +get +set +del +incr +multi +exec +info +ping\n',
    );
    port = await freePort();
    const options = {
      port: '0',
      'tls-port': String(port),
      'tls-cert-file': certificate,
      'tls-key-file': key,
      'tls-auth-clients': 'no',
      aclfile: join(dir, 'users.acl'),
      save: '',
      bind: '127.0.0.1',
    };
    server = spawn(
      'redis-server',
      Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    let output = '';
    server.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until('redis-server', () => output.includes('Ready to accept connections'));
  });
  afterAll(() => {
    server?.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });

  const ask = async (url: string, authority?: string): Promise<unknown> => {
    const env = { PATH: process.env['PATH'] ?? '', ...(authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: authority }) };
    const { stdout } = await run(process.execPath, [client, url], { env });
    return JSON.parse(stdout);
  };

  test('is used, and the user reaches our keys alone', async () => {
    expect(await ask(`rediss://handover:secret@localhost:${port}`, join(dir, 'certificate.pem'))).toEqual(['kept', 'refused']);
  });

  test('is refused when its certificate is nobody’s we know, and to who has the wrong password', async () => {
    const answers = await Promise.all([
      ask(`rediss://handover:secret@localhost:${port}`),
      ask(`rediss://handover:wrong@localhost:${port}`, join(dir, 'certificate.pem')),
    ]);
    for (const answer of answers) expect(answer).toEqual(['refused', 'refused']);
  });
});
