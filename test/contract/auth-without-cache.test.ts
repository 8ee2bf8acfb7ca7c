import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser, locationOf } from './auth-browser.ts';
import { passwordTokens, startInstallation, tokenRequest, withBearer, type TestInstallation } from './auth-support.ts';

let installation: TestInstallation;

beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation?.stop());

test('without the region’s Redis tokens are issued, checked and refreshed, attempts stay limited, and only the page must wait', async () => {
  const { east, eastRedis } = installation;
  const browser = createBrowser();
  const begun = locationOf(await browser.get(`${east.url}${east.authentication.identity.authorizeUrl({})}`), east.url);
  await eastRedis.kill();

  const tokens = await passwordTokens(east, 'agent1');
  expect((await withBearer(east, '/auth/v3/userinfo', tokens.access_token)).status).toBe(200);
  const refreshed = await tokenRequest(east, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  expect(refreshed.status).toBe(200);

  let last = 0;
  for (let count = 0; count < 30 && last !== 429; count += 1)
    last = (await tokenRequest(east, { grant_type: 'password', username: 'agent2', password: 'wrong' }, { address: '203.0.113.9' })).status;
  expect(last).toBe(429);

  for (const url of [begun, `${east.url}${east.authentication.identity.authorizeUrl({})}`]) {
    const answer = await browser.get(url);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await answer.text()).toContain('Sign-in is not possible right now');
  }
  const redeemed = await east.authentication.identity.redeemCode(`us-east.${'x'.repeat(32)}`, 'http://localhost:8080/initialize');
  expect(redeemed).toEqual({ ok: false, reason: 'unavailable' });
});
