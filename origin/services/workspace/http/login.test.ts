import { describe, expect, it } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import type { Bench } from '../fakes/bench.ts';
import { safeRedirect } from './login-routes.ts';

const at = { publicUrl: 'http://handover.test', allowedOrigins: ['http://handover.test', 'https://desk.test'] };

describe('where a browser may be sent', () => {
  it.each([
    [undefined, 'http://handover.test/'],
    ['', 'http://handover.test/'],
    ['/ui/workspace/', 'http://handover.test/ui/workspace/'],
    ['http://handover.test/a?b=c', 'http://handover.test/a?b=c'],
    ['https://desk.test/x', 'https://desk.test/x'],
  ])('%j is %s', (wanted, expected) => expect(safeRedirect(wanted, at)).toBe(expected));
  it.each([
    'https://evil.test/',
    '//evil.test/',
    '/\\evil.test',
    'javascript:alert(1)',
    'http://handover.test@evil.test/',
    'http://user:pass@handover.test/',
    'https://handover.test.evil.test/',
    'data:text/html,x',
    `/${'x'.repeat(3_000)}`,
    'http://[',
  ])('%s is nowhere', wanted => expect(safeRedirect(wanted, at)).toBeUndefined());
});

const login = async (bench: Bench, query: string, cookie = ''): Promise<{ location: URL; cookie: string; state: string }> => {
  const response = await bench.call('GET', `/login${query}`, { headers: { cookie } });
  expect(response.status).toBe(302);
  const location = new URL(response.headers.get('location') ?? '');
  return {
    location,
    cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
    state: location.searchParams.get('state') ?? '',
  };
};
const start = (bench: Bench, query: Record<string, string>, cookie: string): Promise<Response> =>
  bench.call('GET', `/start?${new URLSearchParams(query).toString()}`, { headers: { cookie } });

describe('the browser’s sign-in', () => {
  it('goes to the authorization server and comes back with a session to where it began', async () => {
    const bench = createBench();
    const begun = await login(bench, '?redirect_uri=%2Fui%2Fworkspace%2F&locale=de_DE');
    expect(begun.location.pathname).toBe('/auth/v3/oauth/authorize');
    expect(begun.location.searchParams.get('ui_locales')).toBe('de_DE');
    const response = await start(bench, { code: 'code-agent1', state: begun.state }, begun.cookie);
    expect([response.status, response.headers.get('location')]).toEqual([302, 'http://handover.test/ui/workspace/']);
    const session = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await bench.call('POST', '/initialize-workspace', { headers: { cookie: session } })).status).toBe(200);
  });
  it('sends nobody to a foreign page', async () => {
    const bench = createBench();
    expect((await bench.call('GET', '/login?redirect_uri=https%3A%2F%2Fevil.test')).status).toBe(400);
    const { cookie, state } = await login(bench, '');
    const forged = `${state.split('.')[0] ?? ''}.${Buffer.from('https://evil.test/').toString('base64url')}`;
    expect((await start(bench, { code: 'code-agent1', state: forged }, cookie)).status).toBe(400);
  });
  it('that another browser began is refused', async () => {
    const bench = createBench();
    const { state } = await login(bench, '');
    const other = await login(bench, '');
    for (const cookie of ['', other.cookie]) expect((await start(bench, { code: 'code-agent1', state }, cookie)).status).toBe(403);
  });
  it('in two tabs at once works in both', async () => {
    const bench = createBench();
    const first = await login(bench, '');
    const second = await login(bench, '', first.cookie);
    for (const [state, code] of [
      [first.state, 'code-agent1'],
      [second.state, 'code-agent2'],
    ] as const)
      expect((await start(bench, { code, state }, second.cookie)).status).toBe(302);
  });
  it('asked twice by the edge is answered alike', async () => {
    const bench = createBench();
    const begun = await login(bench, '');
    const first = await start(bench, { code: 'code-agent1', state: begun.state }, begun.cookie);
    const session = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await start(bench, { code: 'code-agent1', state: begun.state }, `${begun.cookie}; ${session}`)).status).toBe(302);
    expect((await start(bench, { code: 'code-agent1', state: begun.state }, begun.cookie)).status).toBe(401);
  });
  it('that was refused goes back with the error', async () => {
    const bench = createBench();
    const begun = await login(bench, '');
    const response = await start(bench, { error: 'access_denied', state: begun.state }, begun.cookie);
    expect(response.headers.get('location')).toBe('http://handover.test/?error=access_denied');
  });
});

describe('the browser’s logout', () => {
  it('ends the session here and at the identity provider', async () => {
    const bench = createBench();
    const tab = await openLoggedIn(bench);
    const response = await bench.call('GET', '/logout?redirect_uri=%2F', { headers: { cookie: tab.cookie, 'sec-fetch-dest': 'document' } });
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      'http://handover.test/auth/v3/sign-out?redirectUri=http%3A%2F%2Fhandover.test%2F',
    ]);
    expect(bench.east.names()).toContain('RequestAgentLogout');
  });
  it('without a session only redirects', async () => {
    expect((await createBench().call('GET', '/logout')).status).toBe(302);
  });
  it('by an image of a foreign page does nothing', async () => {
    const bench = createBench();
    const tab = await openLoggedIn(bench);
    expect((await bench.call('GET', '/logout', { headers: { cookie: tab.cookie, 'sec-fetch-dest': 'image' } })).status).toBe(403);
    expect(bench.east.names()).not.toContain('RequestAgentLogout');
  });
});
