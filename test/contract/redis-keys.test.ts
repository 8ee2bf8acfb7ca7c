import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser, locationOf, signIn } from './auth-browser.ts';
import { passwordTokens, startInstallation, tokenRequest, type TestInstallation } from './auth-support.ts';

// The page that tells operators what is in a region's Redis, compared with what is there after people signed in, failed to, and began to.
let installation: TestInstallation;
let kept: Kept[] = [];
type Kept = [key: string, ttlMs: number, value: string];

/** All that a Redis holds, by one script whose answer is JSON. */
async function everythingIn(url: string): Promise<Kept[]> {
  const script = `local out = {} for _, key in ipairs(redis.call('KEYS', '*')) do
    out[#out + 1] = { key, redis.call('PTTL', key), redis.call('GET', key) } end return cjson.encode(out)`;
  const command = ['EVAL', script, '0'];
  const { hostname, port } = new URL(url);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () =>
      socket.write(`*${command.length}\r\n${command.map(part => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`),
    );
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.on('data', data => {
      text += data.toString();
      const [, length = '', rest = ''] = /^\$(\d+)\r\n([^]*)$/.exec(text) ?? [];
      if (length === '' || Buffer.byteLength(rest) < Number(length) + 2) return;
      socket.destroy();
      resolve(rest.slice(0, -2));
    });
  });
  return JSON.parse(answer) as Kept[];
}
beforeAll(async () => {
  installation = await startInstallation();
  const { east } = installation;
  const authorize = `${east.url}/auth/v3/oauth/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: 'external_api_client',
    redirect_uri: 'http://localhost:8080/initialize',
  }).toString()}`;
  const answer = await signIn(createBrowser(), east.url, authorize, 'agent1');
  const code = new URL(answer).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: 'http://localhost:8080/initialize' };
  expect((await tokenRequest(east, form)).status).toBe(200);
  // One code that nobody redeems, one sign-in that nobody ends, and attempts that fail.
  await signIn(createBrowser(), east.url, authorize, 'agent2');
  const browser = createBrowser();
  await browser.get(locationOf(await browser.get(authorize), east.url));
  await passwordTokens(east, 'agent1', 'wrong');
  await tokenRequest(east, { grant_type: 'client_credentials' }, { authorization: `Basic ${btoa('external_api_client:wrong')}` });
  kept = await everythingIn(installation.eastRedis.url);
});
afterAll(() => installation?.stop());

interface Row {
  pattern: RegExp;
  text: string;
  maxS: number;
}
const unitS: Record<string, number> = { s: 1, min: 60, h: 3_600 };

/** Rows of the page: the key's form, and the longest time that its words allow. */
function rowsOfPage(): Row[] {
  const page = readFileSync(join(import.meta.dirname, '../../origin/stores/redis/schema.md'), 'utf8');
  return [...page.matchAll(/^\| `([^`]+)` \|[^|]*\| ([^|]*) \|[^|]*\|$/gm)].map(([, text = '', life = '']) => {
    const pattern = new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/<[^>]+>/g, '[^:]+')}$`);
    const [, amount = '', unit = ''] = /(\d+) (s|min|h)\b/.exec(life) ?? [];
    return { pattern, text, maxS: Number(amount) * (unitS[unit] ?? Number.NaN) };
  });
}

describe('what is in Redis', () => {
  test('is what the page says, and ends when it says', async () => {
    const rows = rowsOfPage();
    expect(rows.length).toBeGreaterThan(5);
    const seen = new Set<string>();
    for (const [key, ttlMs] of kept) {
      const row = rows.find(({ pattern }) => pattern.test(key));
      expect(row?.text, `${key} is on the page`).toBeDefined();
      const ttlS = ttlMs / 1_000;
      expect(ttlS, key).toBeGreaterThan(0);
      expect(ttlS, key).toBeLessThanOrEqual(row?.maxS ?? 0);
      if (row !== undefined) seen.add(row.text);
    }
    // The collector's lease is taken by a node with a search index, not by these services.
    expect(rows.map(({ text }) => text).filter(text => !seen.has(text))).toEqual(['search:collector']);
  });

  test('holds no password, token or secret in the clear', async () => {
    const all = kept.flatMap(([key, , value]) => [key, value]).join('\n');
    for (const secret of ['wrong', 'eyJ', '"password"', 'argon2']) expect(all).not.toContain(secret);
  });
});
