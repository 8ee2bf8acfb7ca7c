import { randomUUID } from 'node:crypto';
import { decodeJwt, importJWK, SignJWT, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  asOperator,
  passwordTokens,
  startInstallation,
  tokenRequest,
  withBearer,
  type TestInstallation,
  type TestOrigin,
  type TokenAnswer,
} from './auth-support.ts';
import { until } from './stores-support.ts';

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

let installation: TestInstallation;
let east: TestOrigin;
let west: TestOrigin;

beforeAll(async () => {
  installation = await startInstallation();
  ({ east, west } = installation);
});
afterAll(() => installation?.stop());

const refresh = (origin: TestOrigin, refresh_token: string): Promise<Response> =>
  tokenRequest(origin, { grant_type: 'refresh_token', refresh_token });
const answerOf = async (response: Promise<Response>): Promise<TokenAnswer> => (await response).json() as Promise<TokenAnswer>;

describe('the password grant', () => {
  test.each([['agent1'], ['acme\\agent1'], ['ACME\\agent1']])('%s gets a token that says who it is', async username => {
    const answer = await answerOf(
      tokenRequest(east, { grant_type: 'password', username, password: 'agent1', scope: '*', client_id: 'external_api_client' }),
    );
    expect(answer).toMatchObject({ token_type: 'bearer', expires_in: 43_200, scope: '*' });
    const claims = decodeJwt(answer.access_token);
    expect(claims).toMatchObject({ sub: 'acme\\agent1', iss: `${east.url}/auth/v3`, aud: east.url, authorities: ['ROLE_AGENT'] });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(43_200);
  });

  test.each([
    ['a wrong password', { username: 'agent1', password: 'wrong' }],
    ['an unknown user', { username: 'nobody', password: 'nobody' }],
    ['a foreign tenant', { username: 'other\\agent1', password: 'agent1' }],
    ['a name with control characters', { username: 'agent1\n', password: 'agent1' }],
    ['two backslashes', { username: 'acme\\x\\agent1', password: 'agent1' }],
  ])('%s is refused with one and the same answer', async (_what, form) => {
    const response = await tokenRequest(east, { grant_type: 'password', ...form });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'invalid_grant', error_description: 'grant request is invalid' });
  });

  test('missing parameters and scopes that do not exist are told', async () => {
    expect((await answerOf(tokenRequest(east, { grant_type: 'password', username: 'agent1' }))).error).toBe('invalid_request');
    expect(
      (await answerOf(tokenRequest(east, { grant_type: 'password', username: 'agent1', password: 'agent1', scope: 'nonsense' }))).error,
    ).toBe('invalid_scope');
  });

  test('after many wrong passwords from one address even the right one is refused there, and not elsewhere', async () => {
    const attempt = (password: string, address: string): Promise<Response> =>
      tokenRequest(east, { grant_type: 'password', username: 'agent2', password }, { address });
    let last = 0;
    for (let count = 0; count < 30 && last !== 429; count += 1) last = (await attempt('wrong', '203.0.113.5')).status;
    expect(last).toBe(429);
    const refused = await attempt('agent2', '203.0.113.5');
    expect(refused.status).toBe(429);
    expect((await attempt('agent2', '203.0.113.6')).status).toBe(200);
  });

  test('a Configuration Server that does not answer is a 503, not a wrong password', async () => {
    installation.configuration.refuseWith('unavailable');
    const response = await tokenRequest(east, { grant_type: 'password', username: 'agent1', password: 'agent1' });
    installation.configuration.refuseWith(undefined);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
  });
});

describe('client authentication', () => {
  test.each([
    ['an unknown client', `Basic ${btoa('nobody:nothing')}`],
    ['a wrong secret', `Basic ${btoa('external_api_client:wrong')}`],
  ])('%s is refused without telling which it was', async (_what, authorization) => {
    const response = await tokenRequest(east, { grant_type: 'client_credentials' }, { authorization });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: 'invalid_client', error_description: 'client authentication failed' });
  });

  test('a token of a client speaks for no person', async () => {
    const { access_token } = await answerOf(tokenRequest(east, { grant_type: 'client_credentials', scope: '*' }));
    const verified = await east.authentication.identity.verifyAccessToken(access_token);
    expect(verified).toMatchObject({ ok: true, value: { clientId: 'external_api_client', authorities: ['ROLE_INTERNAL_CLIENT'] } });
    expect((await withBearer(east, '/auth/v3/userinfo', access_token)).status).toBe(403);
  });
});

describe('access tokens', () => {
  const signed = async (changes: Record<string, unknown>, header: Record<string, unknown> = {}, key?: JWK): Promise<string> => {
    const { access_token } = await passwordTokens(east, 'agent1');
    const own = installation.keys.signingKeys.keys[0] as JWK;
    return new SignJWT({ ...decodeJwt(access_token), ...changes })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 's1', ...header })
      .sign(await importJWK(key ?? own, 'ES256'));
  };

  test('the same claims signed again by our key are good, so that each next test refuses one thing only', async () => {
    expect((await east.authentication.identity.verifyAccessToken(await signed({}))).ok).toBe(true);
  });

  test.each([
    ['expired', { exp: 1_000 }, 'expired'],
    ['not ours to issue', { iss: 'https://evil.test' }, 'invalid'],
    ['for somebody else', { aud: 'https://other.test' }, 'invalid'],
    ['without authorities', { authorities: 'ROLE_ADMIN' }, 'invalid'],
    ['without an id', { jti: undefined }, 'invalid'],
  ])('a token that is %s is refused', async (_what, changes, reason) => {
    expect(await east.authentication.identity.verifyAccessToken(await signed(changes))).toEqual({ ok: false, reason });
  });

  test('another key, another kind of token, no signature and noise are refused', async () => {
    const { subtle } = globalThis.crypto;
    const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const foreign = (await subtle.exportKey('jwk', pair.privateKey)) as JWK;
    const unsigned = `${btoa('{"alg":"none","typ":"at+jwt"}')}.${btoa('{"sub":"acme\\\\agent1"}')}.`;
    const hostile = [await signed({}, {}, foreign), await signed({}, { typ: 'JWT' }), unsigned, '', 'a.b.c', 'x'.repeat(100_000)];
    for (const token of hostile) expect((await east.authentication.identity.verifyAccessToken(token)).ok).toBe(false);
  });

  test('the key set for others holds no private part', async () => {
    const { keys } = (await (await fetch(`${east.url}/auth/v3/jwks`)).json()) as { keys: Record<string, unknown>[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toHaveProperty('d');
  });

  test('a disabled person’s token is of no use', async () => {
    const { access_token } = await passwordTokens(east, 'super1');
    installation.configuration.disable('super1');
    expect((await withBearer(east, '/auth/v3/userinfo', access_token)).status).toBe(401);
  });
});

describe('sign-out', () => {
  test('a signed-out token is refused in every region within 5 s, and its refresh token as well', async () => {
    const tokens = await passwordTokens(east, 'agent1');
    expect((await withBearer(west, '/auth/v3/userinfo', tokens.access_token)).status).toBe(200);
    expect((await withBearer(east, '/auth/v3/sign-out', tokens.access_token, 'POST')).status).toBe(200);
    expect((await withBearer(east, '/auth/v3/userinfo', tokens.access_token)).status).toBe(401);
    await until(
      'refused in the other region',
      async () => (await withBearer(west, '/auth/v3/userinfo', tokens.access_token)).status === 401,
      5_000,
    );
    expect((await refresh(east, tokens.refresh_token)).status).toBe(400);
  });

  test('a sign-out sent twice is answered alike', async () => {
    const tokens = await passwordTokens(east, 'agent1');
    const answers = [
      await withBearer(east, '/auth/v3/sign-out', tokens.access_token, 'POST'),
      await withBearer(east, '/auth/v3/sign-out', tokens.access_token, 'POST'),
    ];
    expect(answers.map(answer => answer.status)).toEqual([200, 200]);
  });

  test('a sign-out everywhere ends the person’s other sign-ins, and not those after it', async () => {
    const first = await passwordTokens(east, 'agent1');
    const second = await passwordTokens(east, 'agent1');
    await withBearer(east, '/auth/v3/sign-out?global=true', first.access_token, 'POST');
    expect((await withBearer(east, '/auth/v3/userinfo', second.access_token)).status).toBe(401);
    expect((await refresh(east, second.refresh_token)).status).toBe(400);
    const third = await passwordTokens(east, 'agent1');
    expect((await withBearer(east, '/auth/v3/userinfo', third.access_token)).status).toBe(200);
  });

  test('while the registry is gone a sign-out holds here, and in the other region once it is back', async () => {
    const tokens = await passwordTokens(east, 'agent1');
    installation.registry.fail(true);
    expect((await withBearer(east, '/auth/v3/sign-out', tokens.access_token, 'POST')).status).toBe(200);
    expect((await withBearer(east, '/auth/v3/userinfo', tokens.access_token)).status).toBe(401);
    installation.registry.fail(false);
    await until(
      'refused in the other region',
      async () => (await withBearer(west, '/auth/v3/userinfo', tokens.access_token)).status === 401,
      10_000,
    );
  });
});

describe('the assertion grant', () => {
  test('a user token is exchanged for an access token of the same sign-in', async () => {
    const tokens = await passwordTokens(east, 'agent1');
    const assertion = (await withBearer(east, '/auth/v3/jwt-userinfo', tokens.access_token)).headers.get('x-gws-user') ?? '';
    const exchanged = await answerOf(tokenRequest(west, { grant_type: jwtBearer, assertion }));
    expect(exchanged).toMatchObject({ user: { cmeUserName: 'agent1' } });
    expect(decodeJwt(exchanged.access_token).exp).toBeLessThanOrEqual(decodeJwt(tokens.access_token).exp ?? 0);
    expect((await withBearer(east, '/auth/v3/userinfo', assertion)).status).toBe(401);
    await withBearer(east, '/auth/v3/sign-out', tokens.access_token, 'POST');
    expect((await withBearer(east, '/auth/v3/userinfo', exchanged.access_token)).status).toBe(401);
    expect((await answerOf(tokenRequest(east, { grant_type: jwtBearer, assertion }))).error).toBe('invalid_grant');
  });

  test('what it is exchanged for ends with the sign-in it came from, whatever the client may have', async () => {
    const short = {
      client_id: 'short-lived',
      client_secret: 'a-long-secret',
      authorizedGrantTypes: ['password'],
      accessTokenExpirationTimeout: 60,
    };
    expect((await asOperator(east, 'POST', '/auth/v3/ops/clients', short)).status).toBe(200);
    const authorization = `Basic ${btoa('short-lived:a-long-secret')}`;
    const parent = await answerOf(
      tokenRequest(east, { grant_type: 'password', username: 'agent1', password: 'agent1' }, { authorization }),
    );
    const user = (await withBearer(east, '/auth/v3/jwt-userinfo', parent.access_token)).headers.get('x-gws-user') ?? '';
    for (const assertion of [user, parent.access_token]) {
      const exchanged = await answerOf(tokenRequest(east, { grant_type: jwtBearer, assertion }));
      expect(exchanged['expires_in']).toBeLessThanOrEqual(60);
      expect(decodeJwt(exchanged.access_token).exp).toBeLessThanOrEqual(decodeJwt(parent.access_token).exp ?? 0);
    }
  });

  test('noise is no assertion', async () => {
    expect((await answerOf(tokenRequest(east, { grant_type: jwtBearer, assertion: 'a.b.c' }))).error).toBe('invalid_grant');
    expect((await answerOf(tokenRequest(east, { grant_type: jwtBearer }))).error).toBe('invalid_request');
  });
});

describe('a token in exchange for a web session', () => {
  const webSession = (userName: string, lifeMs = 3_600_000) => {
    const issuedAtMs = Date.now();
    return { sid: randomUUID(), tenant: 'acme', userName, issuedAtMs, expiresAtMs: issuedAtMs + lifeMs };
  };
  const issued = async (session: ReturnType<typeof webSession>): Promise<string> => {
    const answer = await east.authentication.sessionTokens.issue(session);
    return answer.ok ? answer.value.accessToken : answer.reason;
  };
  const status = async (origin: TestOrigin, token: string): Promise<number> =>
    (await withBearer(origin, '/auth/v3/userinfo', token)).status;

  test('speaks for the person in every region, for a quarter of an hour at most and no longer than the session', async () => {
    const token = await issued(webSession('agent1'));
    expect(await (await withBearer(west, '/auth/v3/userinfo', token)).json()).toMatchObject({ username: 'agent1' });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ sub: 'acme\\agent1', client_id: 'gws-app-workspace', scope: '*', authorities: ['ROLE_AGENT'] });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
    const short = decodeJwt(await issued(webSession('agent1', 60_000)));
    expect((short.exp ?? 0) - (short.iat ?? 0)).toBeLessThanOrEqual(60);
    expect(await issued(webSession('agent1', 0))).toBe('expired');
  });

  test('ends in every region with the session it was given for, and with no other', async () => {
    const [one, other] = [webSession('agent1'), webSession('agent1')];
    const tokens = [await issued(one), await issued(one), await issued(other)];
    await east.authentication.sessionTokens.revoke(one);
    for (const origin of [east, west])
      await until(
        'refused',
        async () => (await status(origin, tokens[0] ?? '')) === 401 && (await status(origin, tokens[1] ?? '')) === 401,
      );
    expect([await status(east, tokens[2] ?? ''), await issued(one)]).toEqual([200, 'revoked']);
  });

  test('is not for who is unknown, nor for who was signed out everywhere since the session began', async () => {
    expect([await issued(webSession('nobody')), await issued({ ...webSession('agent1'), tenant: 'other' })]).toEqual([
      'forbidden',
      'forbidden',
    ]);
    const before = webSession('agent1');
    const { access_token } = await passwordTokens(east, 'agent1');
    await withBearer(east, '/auth/v3/sign-out?global=true', access_token, 'POST');
    expect(await issued(before)).toBe('revoked');
    expect(await status(east, await issued(webSession('agent1')))).toBe(200);
  });
});

describe('change of password', () => {
  const change = (data: unknown): Promise<Response> =>
    fetch(`${east.url}/auth/v3/change-password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data, operationId: 'op1' }),
    });

  test('the old password must be right and the new one allowed', async () => {
    expect((await change({ userName: 'agent2', oldPassword: 'wrong', newPassword: 'longer-one' })).status).toBe(403);
    const weak = await change({ userName: 'agent2', oldPassword: 'agent2', newPassword: 'x' });
    expect(await weak.json()).toMatchObject({ errors: [{ field: 'data.newPassword' }] });
    const changed = await change({ userName: 'acme\\agent2', oldPassword: 'agent2', newPassword: 'longer-one' });
    expect(await changed.json()).toMatchObject({ status: { code: 0 }, operationId: 'op1' });
    expect((await passwordTokens(east, 'agent2')).error).toBe('invalid_grant');
    expect((await passwordTokens(east, 'agent2', 'longer-one')).access_token).toBeTypeOf('string');
  });

  test.each([[null], [{}], [{ userName: 'agent2', oldPassword: 1, newPassword: 'x' }], [{ oldPassword: 'a', newPassword: 'b' }]])(
    'a body like %j is refused with the field',
    async data => {
      const answer = await change(data);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        errors: [{ code: 'request.invalid', field: expect.stringContaining('data') as string }],
      });
    },
  );
});

describe('refresh tokens', () => {
  test('a refresh in the other region answers a new pair', async () => {
    const tokens = await passwordTokens(east, 'agent1');
    const next = await answerOf(refresh(west, tokens.refresh_token));
    expect(next.access_token).toBeTypeOf('string');
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect((await refresh(east, next.refresh_token)).status).toBe(200);
  });

  test('the token just exchanged still works for a moment: the answer may have been lost', async () => {
    const tokens = await passwordTokens(east, 'agent1');
    const answers = await Promise.all([
      refresh(east, tokens.refresh_token),
      refresh(west, tokens.refresh_token),
      refresh(east, tokens.refresh_token),
    ]);
    expect(answers.map(answer => answer.status)).toEqual([200, 200, 200]);
  });

  test('another client cannot use it, and noise is no refresh token', async () => {
    expect((await refresh(east, 'nonsense')).status).toBe(400);
  });

  // The last of the file: the primary does not come back.
  test('without a primary a refresh is checked on the standby and answered with the same token, and nobody is kept from signing in', async () => {
    const { refresh_token } = await passwordTokens(east, 'agent1');
    const marker = { actor: 'test', action: 'marker', subject: refresh_token.slice(0, 8), detail: {}, requestId: 'test' };
    await installation.stores.east.audit.append(marker);
    // What was written before the marker is on the standby when the marker is.
    await until('replicated', async () => (await installation.stores.west.audit.list(1, 'local'))[0]?.subject === marker.subject);
    await installation.postgres.kill('us-east');
    await until(
      'answered unrotated',
      async () => {
        const answer = await answerOf(refresh(west, refresh_token));
        return answer.refresh_token === refresh_token && typeof answer.access_token === 'string';
      },
      10_000,
    );
    const login = await passwordTokens(west, 'agent1');
    expect(login.access_token).toBeTypeOf('string');
    expect(login.refresh_token).toBeUndefined();
    expect((await refresh(west, 'nonsense')).status).toBe(400);
  });
});
