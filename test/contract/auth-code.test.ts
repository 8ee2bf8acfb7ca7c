import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser, locationOf, signIn } from './auth-browser.ts';
import { createMemoryCache } from '../../origin/stores/redis/index.ts';
import { asOperator, startInstallation, startOrigin, tokenRequest, type TestInstallation, type TestOrigin } from './auth-support.ts';
import { until } from './stores-support.ts';

const redirectUri = 'http://localhost:8080/initialize';

let installation: TestInstallation;
let east: TestOrigin;
let west: TestOrigin;

beforeAll(async () => {
  installation = await startInstallation();
  ({ east, west } = installation);
});
afterAll(() => installation?.stop());

const authorizeUrl = (origin: TestOrigin, more: Record<string, string> = {}): string =>
  `${origin.url}/auth/v3/oauth/authorize?${new URLSearchParams({ response_type: 'code', client_id: 'external_api_client', redirect_uri: redirectUri, ...more }).toString()}`;
const codeOf = (url: string): string => new URL(url).searchParams.get('code') ?? '';
const redeem = (origin: TestOrigin, code: string): Promise<Response> =>
  tokenRequest(origin, { grant_type: 'authorization_code', code, redirect_uri: redirectUri });

describe('the sign-in chain', () => {
  test('a browser signs in at the page and its application exchanges the code for tokens', async () => {
    const answer = await signIn(createBrowser(), east.url, authorizeUrl(east, { state: 'x1' }), 'agent1');
    expect(answer).toMatch(/^http:\/\/localhost:8080\/initialize\?/);
    expect(new URL(answer).searchParams.get('state')).toBe('x1');
    expect(codeOf(answer)).toMatch(/^us-east\./);
    const tokens = (await (await redeem(east, codeOf(answer))).json()) as Record<string, unknown>;
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 43_200, scope: '*' });
    expect(tokens['refresh_token']).toBeTypeOf('string');
    const me = await fetch(`${west.url}/auth/v3/userinfo`, { headers: { authorization: `Bearer ${String(tokens['access_token'])}` } });
    expect(await me.json()).toMatchObject({ username: 'agent1', loginName: 'acme\\agent1' });
  });

  test('a browser that is signed in gets its next code without the page', async () => {
    const browser = createBrowser();
    await signIn(browser, east.url, authorizeUrl(east), 'agent1');
    expect(codeOf(locationOf(await browser.get(authorizeUrl(east)), east.url))).toMatch(/^us-east\./);
  });

  test('after a sign-out the browser sees the page again', async () => {
    const browser = createBrowser();
    const code = codeOf(await signIn(browser, east.url, authorizeUrl(east), 'agent1'));
    const tokens = (await (await redeem(east, code)).json()) as { access_token: string; refresh_token: string };
    const out = await browser.get(`${east.url}/auth/v3/sign-out?redirectUri=${encodeURIComponent('http://localhost:8080/bye')}`);
    expect(out.headers.get('location')).toBe('http://localhost:8080/bye');
    expect(locationOf(await browser.get(authorizeUrl(east)), east.url)).toContain('/auth/v3/sign-in?uid=');
    expect((await fetch(`${east.url}/auth/v3/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })).status).toBe(401);
    expect((await tokenRequest(east, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).status).toBe(400);
  });

  test('after a sign-out everywhere other browsers of the person see the page again', async () => {
    const browser = createBrowser();
    const elsewhere = createBrowser();
    await signIn(elsewhere, east.url, authorizeUrl(east), 'agent2');
    const code = codeOf(await signIn(browser, east.url, authorizeUrl(east), 'agent2'));
    const { access_token } = (await (await redeem(east, code)).json()) as { access_token: string };
    // The time of a browser's sign-in has whole seconds.
    const second = Math.floor(Date.now() / 1_000);
    await until('the next second', () => Date.now() / 1_000 >= second + 1, 2_000);
    await fetch(`${east.url}/auth/v3/sign-out?global=true`, { method: 'POST', headers: { authorization: `Bearer ${access_token}` } });
    expect(locationOf(await elsewhere.get(authorizeUrl(east)), east.url)).toContain('/auth/v3/sign-in?uid=');
    expect(codeOf(await signIn(elsewhere, east.url, authorizeUrl(east), 'agent2'))).not.toBe('');
  });

  test('a sign-out leads nowhere but to us and to the applications of the sign-in', async () => {
    const browser = createBrowser();
    await signIn(browser, east.url, authorizeUrl(east), 'agent1');
    const out = await browser.get(`${east.url}/auth/v3/sign-out?redirectUri=${encodeURIComponent('https://evil.test/')}`);
    expect(out.status).toBe(200);
    expect(out.headers.get('location')).toBeNull();
  });

  test('a wrong password shows the page again with a message that tells nothing', async () => {
    const browser = createBrowser();
    const page = locationOf(await browser.get(authorizeUrl(east)), east.url);
    const uid = new URL(page).searchParams.get('uid') ?? '';
    const texts = await Promise.all(
      [
        ['agent1', 'wrong'],
        ['nobody<script>', 'wrong'],
      ].map(async ([username = '', password = '']) => {
        const answer = await browser.post(`${east.url}/auth/v3/sign-in`, { uid, region: 'us-east', username, password });
        expect(answer.status).toBe(401);
        return answer.text();
      }),
    );
    const messages = texts.map(text => /role="alert">([^<]+)</.exec(text)?.[1]);
    expect(messages[0]).toBe('User name or password is not right.');
    expect(messages[1]).toBe(messages[0]);
    expect(texts[1]).not.toContain('<script>');
  });

  test('a form from a foreign origin is refused', async () => {
    const browser = createBrowser();
    const page = locationOf(await browser.get(authorizeUrl(east)), east.url);
    const uid = new URL(page).searchParams.get('uid') ?? '';
    const form = { uid, region: 'us-east', username: 'agent1', password: 'agent1' };
    expect((await browser.post(`${east.url}/auth/v3/sign-in`, form, { origin: 'https://evil.test' })).status).toBe(403);
  });

  test('a sign-in that this browser did not begin cannot be submitted', async () => {
    const page = locationOf(await createBrowser().get(authorizeUrl(east)), east.url);
    const uid = new URL(page).searchParams.get('uid') ?? '';
    const answer = await createBrowser().post(`${east.url}/auth/v3/sign-in`, {
      uid,
      region: 'us-east',
      username: 'agent1',
      password: 'agent1',
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('This sign-in is over');
  });

  test('of two sign-ins begun in one browser the earlier cannot be submitted: it would sign in to the later’s application', async () => {
    const browser = createBrowser();
    const earlier = new URL(locationOf(await browser.get(authorizeUrl(east)), east.url)).searchParams.get('uid') ?? '';
    await browser.get(authorizeUrl(east, { state: 'later' }));
    const form = { uid: earlier, region: 'us-east', username: 'agent1', password: 'agent1' };
    expect((await browser.post(`${east.url}/auth/v3/sign-in`, form)).status).toBe(400);
  });

  test('a sign-in begun in another region is handed there before anything is done', async () => {
    const page = new URL(locationOf(await createBrowser().get(authorizeUrl(east)), east.url));
    const answer = await createBrowser().get(`${west.url}${page.pathname}${page.search}`);
    expect(answer.status).toBe(421);
    expect(answer.headers.get('x-handover-replay')).toBe('us-east');
  });

  test('the page has no script, is not cached and cannot be framed by strangers', async () => {
    const browser = createBrowser();
    const answer = await browser.get(locationOf(await browser.get(authorizeUrl(east)), east.url));
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).toContain("form-action 'self' http://localhost:8080");
    expect(answer.headers.get('cache-control')).toBe('no-store');
    // `no-referrer` would make browsers send the form with `Origin: null`.
    expect(answer.headers.get('referrer-policy')).toBe('same-origin');
    expect(await answer.text()).not.toMatch(/<script|style=|onload=/);
  });

  test('an unregistered redirect URI gets an error page, not a redirect', async () => {
    const answer = await createBrowser().get(authorizeUrl(east, { redirect_uri: 'https://evil.test/' }));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(await answer.text()).not.toContain('evil');
  });

  test('a forged forwarded host does not get into any link', async () => {
    const answer = await fetch(`${east.url}/auth/v3/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https', host: 'evil.test' },
    });
    expect(await answer.text()).not.toContain('evil');
  });
});

test('on https every cookie of the chain is for frames of other sites too, and never sent in the clear', async () => {
  const { keys, registry, configuration, stores } = installation;
  const secure = await startOrigin({
    region: 'us-east',
    postgres: stores.east,
    cache: createMemoryCache(),
    registry,
    configuration,
    keys,
    publicUrl: 'https://desk.test',
  });
  try {
    const begun = await fetch(authorizeUrl(secure), { redirect: 'manual' });
    expect(begun.headers.get('location')).toMatch(/^\/auth\/v3\/sign-in\?/);
    const cookies = begun.headers.getSetCookie();
    expect(cookies.map(line => line.split('=')[0])).toEqual(
      expect.arrayContaining(['HANDOVER_SIGNIN', 'HANDOVER_SIGNIN.sig', 'HANDOVER_RESUME']),
    );
    for (const line of cookies) {
      const attributes = line.toLowerCase().split('; ');
      expect(attributes).toEqual(expect.arrayContaining(['secure', 'httponly', 'samesite=none', 'partitioned']));
    }
  } finally {
    await secure.close();
  }
});

describe('authorization with the user’s own credentials', () => {
  const ask = (user: string, password: string, more: Record<string, string> = {}): Promise<Response> =>
    fetch(authorizeUrl(east, more), { redirect: 'manual', headers: { authorization: `Basic ${btoa(`${user}:${password}`)}` } });

  test('a code comes without the page and is exchanged as any other', async () => {
    const answer = await ask('acme\\agent1', 'agent1', { state: 'x' });
    expect(answer.status).toBe(302);
    const location = answer.headers.get('location') ?? '';
    expect(location.startsWith(`${redirectUri}?`)).toBe(true);
    expect(new URL(location).searchParams.get('state')).toBe('x');
    const tokens = (await (await redeem(east, codeOf(location))).json()) as { access_token: string; refresh_token: string };
    const me = await fetch(`${east.url}/auth/v3/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect(await me.json()).toMatchObject({ username: 'agent1' });
    expect((await tokenRequest(east, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).status).toBe(200);
  });

  test.each([
    ['a wrong password', 'wrong', {}, 401],
    ['a redirect URI that is not registered', 'agent1', { redirect_uri: 'https://evil.test/' }, 400],
    ['another response type', 'agent1', { response_type: 'token' }, 400],
    ['a plain challenge', 'agent1', { code_challenge: 'x'.repeat(43) }, 400],
    ['an unknown client', 'agent1', { client_id: 'nobody' }, 400],
  ])('%s is told here and leads nowhere', async (_what, password, more, status) => {
    const answer = await ask('agent1', password, more);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('location')).toBeNull();
  });
});

describe('authorization codes', () => {
  test('of many redemptions at once exactly one succeeds', async () => {
    const code = codeOf(await signIn(createBrowser(), east.url, authorizeUrl(east), 'agent1'));
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(east, code)));
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(1);
    for (const answer of answers.filter(entry => entry.status !== 200))
      expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  });

  test('a code of another region is answered 421 with that region and stays good there', async () => {
    const code = codeOf(await signIn(createBrowser(), east.url, authorizeUrl(east), 'agent1'));
    const misdirected = await redeem(west, code);
    expect(misdirected.status).toBe(421);
    expect(misdirected.headers.get('x-handover-replay')).toBe('us-east');
    expect((await redeem(east, code)).status).toBe(200);
  });

  test('a public client must prove its verifier', async () => {
    const client = {
      client_id: `spa-${randomBytes(4).toString('hex')}`,
      clientType: 'PUBLIC',
      authorizedGrantTypes: ['authorization_code', 'refresh_token'],
      redirectURIs: ['http://localhost:8080/spa'],
    };
    const made = await asOperator(east, 'POST', '/auth/v3/ops/clients', client);
    expect(made.status).toBe(200);
    const target = { client_id: client.client_id, redirect_uri: 'http://localhost:8080/spa' };
    const without = locationOf(await createBrowser().get(authorizeUrl(east, target)), east.url);
    expect(new URL(without).searchParams.get('error')).toBe('invalid_request');

    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const pkce = { ...target, code_challenge: challenge, code_challenge_method: 'S256' };
    const exchange = (code: string, code_verifier: string): Promise<Response> =>
      tokenRequest(east, { grant_type: 'authorization_code', code, code_verifier, ...target }, { authorization: '' });
    const codes = await Promise.all(
      [1, 2].map(async () => codeOf(await signIn(createBrowser(), east.url, authorizeUrl(east, pkce), 'agent1'))),
    );
    expect((await exchange(codes[0] ?? '', 'x'.repeat(43))).status).toBe(400);
    expect((await exchange(codes[1] ?? '', verifier)).status).toBe(200);
  });
});

describe('the workspace’s own redemption', () => {
  const ownCode = async (): Promise<string> => {
    const { identity } = east.authentication;
    const answer = await signIn(createBrowser(), east.url, `${east.url}${identity.authorizeUrl({ state: 's' })}`, 'super1');
    expect(answer.startsWith(identity.workspaceRedirectUri)).toBe(true);
    return codeOf(answer);
  };

  test('a code says who signed in, once', async () => {
    const { identity } = east.authentication;
    const code = await ownCode();
    expect(identity.regionOfCode(code)).toBe('us-east');
    const first = await identity.redeemCode(code, identity.workspaceRedirectUri);
    expect(first).toMatchObject({
      ok: true,
      value: { tenant: 'acme', userName: 'super1', authorities: ['ROLE_AGENT', 'ROLE_SUPERVISOR'] },
    });
    expect(await identity.redeemCode(code, identity.workspaceRedirectUri)).toMatchObject({ ok: false });
  });

  test('a stranger’s code is refused, and so is one that is bound to a verifier', async () => {
    const foreign = {
      client_id: `app-${randomBytes(4).toString('hex')}`,
      client_secret: 'a-long-secret',
      authorizedGrantTypes: ['authorization_code'],
      redirectURIs: [redirectUri],
    };
    expect((await asOperator(east, 'POST', '/auth/v3/ops/clients', foreign)).status).toBe(200);
    const { identity } = east.authentication;
    const strange = codeOf(await signIn(createBrowser(), east.url, authorizeUrl(east, { client_id: foreign.client_id }), 'agent1'));
    expect(await identity.redeemCode(strange, redirectUri)).toEqual({ ok: false, reason: 'forbidden' });
    const pkce = { code_challenge: createHash('sha256').update('v').digest('base64url'), code_challenge_method: 'S256' };
    const bound = codeOf(await signIn(createBrowser(), east.url, authorizeUrl(east, pkce), 'agent1'));
    expect(await identity.redeemCode(bound, redirectUri)).toEqual({ ok: false, reason: 'forbidden' });
  });

  test('a code is refused with another redirect URI, in another region, and when it is none', async () => {
    const code = await ownCode();
    expect((await east.authentication.identity.redeemCode(code, 'http://localhost:8080/other')).ok).toBe(false);
    expect((await west.authentication.identity.redeemCode(code, east.authentication.identity.workspaceRedirectUri)).ok).toBe(false);
    expect((await east.authentication.identity.redeemCode('us-east.nonsense', 'x')).ok).toBe(false);
  });
});
