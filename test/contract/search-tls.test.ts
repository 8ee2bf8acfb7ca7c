import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startElasticsearch, whyNoElasticsearch, type TestElasticsearch } from '../support/elasticsearch/index.ts';

// A real Elasticsearch behind a door that speaks TLS only and lets in who has the password or the key, as a secured one does.
const run = promisify(execFile);
const client = join(import.meta.dirname, 'search-tls-client.ts');
const password = 'p@ss/w%rd';
const apiKey = Buffer.from('key-id:key-secret').toString('base64');
const accepted = new Set([`Basic ${Buffer.from(`handover:${password}`).toString('base64')}`, `ApiKey ${apiKey}`]);

const missing = ((): string | undefined => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return whyNoElasticsearch();
  } catch {
    return 'there is no openssl';
  }
})();
if (missing !== undefined) console.log(`skipped: Elasticsearch over TLS, because ${missing}`);

/** Forwards to the server what comes with one of the accepted credentials. */
function startDoor(target: string, files: { key: string; certificate: string }): Promise<Server> {
  const door = createServer({ key: readFileSync(files.key), cert: readFileSync(files.certificate) }, (incoming, answer) => {
    if (!accepted.has(incoming.headers.authorization ?? '')) {
      answer.writeHead(401, { 'www-authenticate': 'Basic realm="security"' }).end();
      return;
    }
    const { authorization: _, ...headers } = incoming.headers;
    const onward = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers }, back => {
      answer.writeHead(back.statusCode ?? 502, back.headers);
      back.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  return new Promise(resolve => door.listen(0, '127.0.0.1', () => resolve(door)));
}

describe.skipIf(missing !== undefined)('Elasticsearch over TLS', () => {
  let dir = '';
  let server: TestElasticsearch;
  let door: Server;
  let certificate = '';
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'handover-search-tls-'));
    certificate = join(dir, 'certificate.pem');
    const key = join(dir, 'key.pem');
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    await run('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate]);
    server = await startElasticsearch();
    door = await startDoor(server.url, { key, certificate });
  });
  afterAll(async () => {
    door?.close();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const at = (user = ''): string => `https://${user}localhost:${(door.address() as AddressInfo).port}`;
  const ask = async (args: string[], authority?: string): Promise<{ outcome: unknown; said: string }> => {
    const env = { PATH: process.env['PATH'] ?? '', ...(authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: authority }) };
    const { stdout, stderr } = await run(process.execPath, [client, ...args], { env, maxBuffer: 16 << 20 });
    return { outcome: JSON.parse(stdout), said: stderr };
  };
  const secrets = [
    password,
    encodeURIComponent(password),
    apiKey,
    'key-secret',
    'wrong-word',
    ...[...accepted].map(text => text.split(' ')[1] ?? ''),
  ];
  const saysNoSecret = (said: string): void => {
    for (const secret of secrets) expect(said).not.toContain(secret);
  };

  test('is used with a password', async () => {
    const { outcome, said } = await ask([at(`handover:${encodeURIComponent(password)}@`)], certificate);
    expect(outcome).toMatchObject({ built: 1, found: 1 });
    saysNoSecret(said);
  });

  test('is used with an API key', async () => {
    const { outcome, said } = await ask([at(), apiKey], certificate);
    expect(outcome).toMatchObject({ built: 1, found: 1 });
    saysNoSecret(said);
  });

  test('is down for who has the wrong password, and the log says why and not with which', async () => {
    const { outcome, said } = await ask([at('handover:wrong-word@')], certificate);
    expect(outcome).toEqual({ health: 'down', built: 'ResponseError 401', found: 'down' });
    expect(said).toContain('"reason":"ResponseError 401"');
    saysNoSecret(said);
  });

  test('is down when its certificate is nobody’s we know: nothing is sent', async () => {
    const { outcome, said } = await ask([at(`handover:${encodeURIComponent(password)}@`)]);
    expect(outcome).toEqual({ health: 'down', built: 'ConnectionError', found: 'down' });
    saysNoSecret(said);
  });
});
