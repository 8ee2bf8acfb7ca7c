import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerJson, codeOf, createFakeOrigin, createStage, until, type FakeOrigin, type Stage } from './stage.ts';

let us1: FakeOrigin;
let stage: Stage;
let assetsDir: string;
const desk = 'https://desk.example.com';
const session = '/workspace/v3/current-session';

beforeAll(async () => {
  assetsDir = await mkdtemp(join(tmpdir(), 'handover-assets-'));
  await mkdir(join(assetsDir, 'ui/workspace'), { recursive: true });
  await mkdir(join(assetsDir, 'ui/assets'), { recursive: true });
  await writeFile(join(assetsDir, 'ui/workspace/index.html'), '<h1>workspace</h1>');
  await mkdir(join(assetsDir, 'ui/chat'));
  await writeFile(join(assetsDir, 'ui/chat/index.html'), '<h1>chat</h1>');
  await writeFile(join(assetsDir, 'ui/assets/workspace-BvBEZ1du.js'), 'export {};');
  await writeFile(join(assetsDir, 'secret.txt'), 'outside of /ui');
  us1 = await createFakeOrigin('us-east/1');
  stage = await createStage([us1], { assetsDir, publicOrigins: [desk] });
});
afterAll(async () => {
  await stage.stop();
  await us1.down();
  await rm(assetsDir, { recursive: true, force: true });
});

describe('static pages', () => {
  it('lead from / to the workspace', async () => {
    const home = await stage.ask('/');
    expect([home.status, home.headers.location]).toEqual([302, '/ui/workspace/']);
    const page = await stage.ask('/ui/workspace/');
    expect([page.status, page.text, page.headers['content-type']]).toEqual([200, '<h1>workspace</h1>', 'text/html; charset=utf-8']);
    const bare = await stage.ask('/ui/workspace');
    expect([bare.status, bare.headers.location]).toEqual([307, '/ui/workspace/']);
  });

  it('send the documented sign-in page to the real one, query included', async () => {
    const answer = await stage.ask('/ui/auth/sign-in.html?error=1');
    expect([answer.status, answer.headers.location]).toEqual([302, '/auth/v3/sign-in?error=1']);
  });

  it('are cached by what they are, and confirmed by their ETag', async () => {
    const script = await stage.ask('/ui/assets/workspace-BvBEZ1du.js');
    expect(script.headers['cache-control']).toContain('immutable');
    const page = await stage.ask('/ui/workspace/');
    expect((await stage.ask('/ui/workspace/', { headers: { 'if-none-match': page.headers.etag ?? '' } })).status).toBe(304);
  });

  it('of customers may be framed by the pages that may call us, those that an operator allowed too, and by no other', async () => {
    us1.origins = ['https://shop.example.com'];
    const policy = async (referer?: string) => {
      const answer = await stage.ask('/ui/chat/', referer === undefined ? {} : { headers: { referer } });
      return String(answer.headers['content-security-policy']).split('frame-ancestors ')[1];
    };
    expect(await policy()).toBe("'self'");
    expect(await policy(`${desk}/help?x=1`)).toBe(`'self' ${desk}`);
    await until(
      'the operator’s origin is known',
      async () => (await policy('https://shop.example.com/')) === "'self' https://shop.example.com",
    );
    expect(await policy('https://evil.example.com/')).toBe("'self'");
    expect(await policy('https://evil.example.com;script-src *')).toBe("'self'");
    us1.origins = [];
  });

  it('are 404 outside of /ui, above it, and where nothing is', async () => {
    for (const path of [
      '/secret.txt',
      '/ui/../secret.txt',
      '/ui/%2e%2e/secret.txt',
      '/ui/..%2fsecret.txt',
      '/ui/nothing',
      '/ui/nothing/',
    ]) {
      expect((await stage.ask(path)).status, path).toBe(404);
    }
    expect((await stage.ask('/ui/workspace/', { method: 'POST' })).status).toBe(405);
  });
});

describe('CORS', () => {
  it('answers a preflight before any authentication, without an origin', async () => {
    const before = us1.seen.length;
    const answer = await stage.ask('/workspace/v3/voice/ready', {
      method: 'OPTIONS',
      headers: { origin: desk, 'access-control-request-method': 'POST' },
    });
    expect([answer.status, answer.headers['access-control-allow-origin'], answer.headers['access-control-allow-credentials']]).toEqual([
      204,
      desk,
      'true',
    ]);
    expect(us1.seen).toHaveLength(before);
  });

  it('is on the answers that the edge makes itself', async () => {
    const answer = await stage.ask('/nowhere', { headers: { origin: desk } });
    expect([answer.status, answer.headers['access-control-allow-origin'], answer.headers.vary]).toEqual([404, desk, 'Origin']);
  });

  it('is ours alone: what the origin says about it is dropped', async () => {
    us1.handler = (_, response) => answerJson(response, 200, {}, { 'access-control-allow-origin': '*' });
    expect((await stage.ask(session, { headers: { origin: desk } })).headers['access-control-allow-origin']).toBe(desk);
    expect((await stage.ask(session, { headers: { origin: 'https://evil.test' } })).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is given, and taken back, within seconds when operators change what the origins allow', async () => {
    const added = 'https://added.test';
    const allowedNow = async (): Promise<boolean> => {
      const answer = await stage.ask('/workspace/v3/voice/ready', {
        method: 'OPTIONS',
        headers: { origin: added, 'access-control-request-method': 'POST' },
      });
      return answer.headers['access-control-allow-origin'] === added;
    };
    expect(await allowedNow()).toBe(false);
    us1.origins = [added];
    await until('allowed', allowedNow, 5_000);
    us1.origins = [];
    await until('no longer', async () => !(await allowedNow()), 15_000);
  });

  it('refuses an unsafe request that a foreign page sends with cookies', async () => {
    const before = us1.seen.length;
    const answer = await stage.ask('/workspace/v3/voice/ready', {
      method: 'POST',
      headers: { origin: 'https://evil.test', cookie: 'WORKSPACE_SESSIONID=x' },
    });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'origin.forbidden']);
    expect(us1.seen).toHaveLength(before);
  });
});
