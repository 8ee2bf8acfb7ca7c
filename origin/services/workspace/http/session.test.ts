import { describe, expect, it } from 'vitest';
import { createBench, openLoggedIn, openTab } from '../fakes/bench.ts';
import type { Answer, Bench } from '../fakes/bench.ts';
import { voiceOperations } from '../operations/table.ts';

const read = async (response: Response): Promise<Answer['body']> => (await response.json()) as Answer['body'];
const initialise = (bench: Bench, headers: Record<string, string>, query = ''): Promise<Response> =>
  bench.call('POST', `/initialize-workspace${query}`, { headers });
const cookieOf = (response: Response): string => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

describe('initialize-workspace', () => {
  it.each([
    ['a token', { authorization: 'Bearer token-agent1' }, ''],
    ['a code', {}, '?code=code-agent1&redirect_uri=http%3A%2F%2Fdesk.test'],
  ])('by %s sets the cookie and answers 1', async (_how, headers, query) => {
    const response = await initialise(createBench(), headers, query);
    expect((await read(response)).status).toEqual({ code: 1 });
    expect(response.headers.get('set-cookie')).toMatch(/^WORKSPACE_SESSIONID=v1\.[^;]+; Path=\/; Max-Age=43200; HttpOnly$/);
  });

  it('by the cookie alone gives another one', async () => {
    const bench = createBench();
    const first = cookieOf(await initialise(bench, { authorization: 'Bearer token-agent1' }));
    const second = await initialise(bench, { cookie: first });
    expect(second.status).toBe(200);
    expect(cookieOf(second)).not.toBe(first);
  });

  it('with a code that was spent at start goes on by the cookie', async () => {
    const bench = createBench();
    const cookie = cookieOf(await initialise(bench, {}, '?code=code-agent1'));
    expect((await initialise(bench, { cookie }, '?code=code-agent1')).status).toBe(200);
    expect((await initialise(bench, {}, '?code=code-agent1')).status).toBe(401);
  });

  it('with a code of another region is 421 and says which', async () => {
    const response = await initialise(createBench(), {}, '?code=west-1');
    expect([response.status, response.headers.get('x-handover-replay')]).toEqual([421, 'eu-west']);
  });

  it('hands out the cookie for a spent code although the session lives elsewhere', async () => {
    const bench = createBench();
    bench.ownership.refusal = { kind: 'elsewhere', region: 'eu-west', node: 'eu-west/1' };
    expect((await initialise(bench, {}, '?code=code-agent1')).status).toBe(200);
    const byToken = await initialise(bench, { authorization: 'Bearer token-agent1' });
    expect([byToken.status, byToken.headers.get('x-handover-replay')]).toEqual([421, 'eu-west']);
  });

  it('on https makes a cookie that survives in a frame', async () => {
    const response = await initialise(createBench({ secureCookies: true }), { authorization: 'Bearer token-agent1' });
    expect(response.headers.get('set-cookie')).toMatch(/; SameSite=None; Secure; Partitioned$/);
  });

  it.each([
    ['nothing', {}, 403, 603],
    ['a forged token', { authorization: 'Bearer forged' }, 401, 401],
    ['no bearer', { authorization: 'Basic x' }, 401, 401],
    ['a token of somebody unknown', { authorization: 'Bearer token-nobody' }, 403, 603],
    ['a forged cookie', { cookie: 'WORKSPACE_SESSIONID=v1.k1.forged' }, 403, 603],
    ['a code that is none', {}, 401, 401],
  ])('by %s is refused', async (what, headers: Record<string, string>, status, code) => {
    const response = await initialise(createBench(), headers, what.startsWith('a code') ? '?code=none' : '');
    expect([response.status, (await read(response)).status?.code]).toEqual([status, code]);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('gives plain objects instead of kv lists when asked to', async () => {
    const bench = createBench();
    const cookie = cookieOf(await initialise(bench, { authorization: 'Bearer token-agent1' }, '?optimize_config=true'));
    const settings = await read(await bench.call('GET', '/configuration/settings', { headers: { cookie } }));
    expect(settings.data).toEqual({ settings: { 'interaction-workspace': { 'voice.on': 'group', 'chat.on': 'cluster' } } });
  });
});

describe('the session cookie', () => {
  it('is found without a space after the semicolon and beside others', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    const headers = { cookie: `BAYEUX_BROWSER=x;${tab.cookie};AWSALB=y` };
    expect((await bench.call('GET', '/current-session', { headers })).status).toBe(200);
  });
  it('is found in a whole Set-Cookie line', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    expect((await bench.call('GET', '/current-session', { headers: { cookie: `${tab.cookie}; Path=/; Secure; HttpOnly` } })).status).toBe(
      200,
    );
  });
  it('expires', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    bench.clock.advance(43_200_000);
    expect((await tab.get('/current-session')).status).toBe(403);
  });
  it('that was ended elsewhere is refused, and an unreachable registry ends nobody’s', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    const other = createBench();
    other.ownership.unreachable = true;
    expect((await other.call('GET', '/current-session', { headers: { cookie: tab.cookie } })).status).toBe(200);
    const third = createBench();
    for (const sid of [...decodeURIComponent(tab.key).split('/').slice(2)]) third.ownership.ended.add(sid);
    expect((await third.call('GET', '/current-session', { headers: { cookie: tab.cookie } })).status).toBe(403);
  });
});

it('an unsafe request of a foreign page is refused, one of an allowed page and of a program is not', async () => {
  const tab = await openLoggedIn(createBench());
  expect((await tab.post('/voice/ready', {}, { origin: 'https://evil.test' })).body.errors?.[0]?.code).toBe('origin.forbidden');
  expect((await tab.post('/voice/ready', {}, { origin: 'null' })).status).toBe(403);
  for (const headers of [{ origin: 'https://desk.test' }, {} as Record<string, string>])
    expect((await tab.post('/voice/ready', {}, headers)).status).toBe(200);
});

it('a handshake without a session, or from a foreign page, is refused', async () => {
  const bench = createBench();
  const tab = await openTab(bench);
  const { policy } = bench.workspace;
  expect(await policy.identify({ headers: {}, url: '/' })).toBeUndefined();
  expect(await policy.identify({ headers: { cookie: tab.cookie, origin: 'https://evil.test' }, url: '/' })).toBeUndefined();
  expect(await policy.identify({ headers: { cookie: tab.cookie }, url: '/' })).toBe(tab.key);
});

it('subscriptions stay inside the service', async () => {
  const bench = createBench();
  const tab = await openTab(bench);
  const may = (channel: string): boolean => bench.workspace.policy.maySubscribe(tab.key, channel);
  expect(['/workspace/v3/voice', '/workspace/v3/*', '/workspace/v3/media/chat'].every(may)).toBe(true);
  expect(['/**', '/statistics/v3/updates', '/workspace/v4/voice'].some(may)).toBe(false);
});

it('the initialization channel tells the user and the configuration, late and again too', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  bench.workspace.policy.onSubscribed(tab.key, tab.clientId, '/workspace/v3/initialization');
  const messages = bench.hub.delivered.filter(each => each.channel === '/workspace/v3/initialization').map(each => each.data);
  expect(messages).toHaveLength(2);
  expect(messages[1]).toMatchObject({
    messageType: 'WorkspaceInitializationComplete',
    state: 'Complete',
    data: {
      user: { dbid: 1, userName: 'agent1', employeeId: '7001', agentLogin: '7001', defaultPlace: 'Place_7001' },
      configuration: { actionCodes: [{ name: 'Lunch', code: 'Lunch', type: 'NotReady', subCodes: [{ name: 'Long', code: 'L' }] }] },
    },
  });
});

it('a wildcard subscription is told everything it covers', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  bench.hub.delivered.length = 0;
  bench.workspace.policy.onSubscribed(tab.key, tab.clientId, '/workspace/v3/*');
  expect(bench.hub.delivered.map(each => each.channel)).toEqual([
    '/workspace/v3/initialization',
    '/workspace/v3/voice',
    '/workspace/v3/media',
  ]);
});

it('current-session and userinfo say who and what is active', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  bench.east.ring('+15550100', '7001');
  for (const path of ['/current-session', '/userinfo']) {
    const { body } = await tab.get(path);
    expect(body).toMatchObject({
      status: { code: 0 },
      data: {
        'pending-login-async': { state: 'Complete' },
        user: {
          userName: 'agent1',
          activeSession: {
            currentPlace: 'Place_7001',
            dn: { number: '7001', agentState: 'NotReady' },
            calls: [{ state: 'Ringing', phoneNumber: '7001', participants: [{ number: '+15550100', role: 'RoleOrigination' }] }],
            services: [
              { serviceName: 'VOICE', serviceState: 'AVAILABLE' },
              { serviceName: 'IXN', serviceState: 'AVAILABLE' },
            ],
          },
        },
      },
    });
  }
  expect((await tab.get('/voice/calls')).body.data).toMatchObject({
    calls: [{ state: 'Ringing', capabilities: expect.arrayContaining(['answer']) as unknown }],
  });
});

describe('where the session is not here', () => {
  it.each([
    [{ kind: 'elsewhere', region: 'eu-west', node: 'eu-west/1' }, 421, 'ownership.elsewhere'],
    [{ kind: 'unavailable', code: 'ownership.unsure', retryAfterMs: 1 }, 503, 'ownership.unsure'],
    [{ kind: 'ended' }, 403, 'session.ended'],
  ] as const)('%j is %i', async (refusal, status, code) => {
    const bench = createBench();
    const tab = await openLoggedIn(bench);
    bench.ownership.refusal = refusal;
    const answer = await tab.post('/voice/ready');
    expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([status, code]);
    expect(answer.headers.get('x-handover-replay')).toBe(refusal.kind === 'elsewhere' ? 'eu-west' : null);
    expect(answer.headers.get('x-handover-refused')).toBe(refusal.kind === 'unavailable' ? 'ownership.unsure' : null);
  });
});

describe('ownerOf', () => {
  const of = (bench: Bench, path: string, headers: Record<string, string>): unknown =>
    bench.workspace.ownerOf({ url: `/workspace/v3${path}`, headers: new Headers(headers) });
  it('knows whose session a request is about', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    expect(await of(bench, '/voice/ready', { cookie: tab.cookie })).toEqual({ tenant: 'acme', person: 'agent1' });
    expect(await of(bench, '/initialize-workspace', { cookie: tab.cookie, authorization: 'Bearer token-agent2' })).toEqual({
      tenant: 'acme',
      person: 'agent2',
    });
    expect(await of(bench, '/voice/ready', { authorization: 'Bearer token-agent2' })).toBeUndefined();
    expect(await of(bench, '/initialize-workspace', { authorization: 'Bearer forged' })).toBeUndefined();
  });
});

it('keep-alive answers an empty 200 while the web session lives', async () => {
  const bench = createBench();
  const tab = await openTab(bench);
  const response = await bench.call('GET', '/auth-keep-alive', { headers: { cookie: tab.cookie } });
  expect([response.status, await response.text()]).toEqual([200, '']);
  expect((await bench.call('GET', '/auth-keep-alive')).status).toBe(403);
});

it('an unknown path is a 404 in the usual form', async () => {
  const tab = await openTab(createBench());
  expect((await tab.get('/nothing')).body).toMatchObject({ status: { code: 404 }, errors: [{ code: 'request.not-found' }] });
});

/** The operations of the vendor's generated clients for the session, the configuration, users, targets and reporting. */
const others = [
  'post /initialize-workspace',
  'post /activate-channels',
  'get /auth-keep-alive',
  'get /configuration',
  'get /configuration/business-attribute/{id}',
  'get /configuration/places/{placeName}/dns',
  'get /current-session',
  'get /userinfo',
  'get /login',
  'get /logout',
  'post /logout',
  'get /users',
  'post /supervisor/voice/{operationName}',
  'get /targets',
  'get /targets/{type}/{id}',
  'get /targets/recents',
  'post /targets/recents/add',
  'post /targets/recents/ack-missed-calls',
  'get /targets/personal-favorites',
  'post /targets/personal-favorites/save',
  'post /targets/personal-favorites/delete/{type}/{id}',
  'get /reporting/subscriptions',
  'post /reporting/subscriptions',
  'get /reporting/subscriptions/{subscriptionId}',
  'delete /reporting/subscriptions/{subscriptionId}',
  'get /voice/calls',
  'post /voice/activate',
  'post /voice/deactivate',
  'post /users/{dbid}/voice/{operationName}',
  'post /users/{dbid}/media/{state}',
  'post /users/{dbid}/media/{channel}/{state}',
  'post /feedback/submit',
  'post /media/topics/{topic}/publish',
  'get /security/exchange-token',
  'post /security/exchange-token',
  'get /security/pure-cloud-token',
  'get /campaigns/{name}/configuration',
  'get /doc',
  'get /info',
];

it('the documentation names every operation of the generated clients', async () => {
  const { paths } = (await (await createBench().call('GET', '/doc')).json()) as { paths: Record<string, Record<string, unknown>> };
  const documented = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method} ${path}`));
  expect(others.filter(each => !documented.includes(each))).toEqual([]);
});

const walked = [
  '/voice/activate',
  '/voice/deactivate',
  '/users/1/voice/ready',
  '/users/1/voice/not-ready',
  '/users/1/media/ready',
  '/users/1/media/chat/not-ready',
  '/supervisor/voice/logout',
  '/feedback/submit',
  '/media/topics/acme@Place_7090/publish',
  '/security/exchange-token',
];
it.each(walked)('%s answers whatever comes with a documented status', async path => {
  const tab = await openTab(createBench(), 'super1');
  const absurd = [
    7,
    'text',
    [],
    null,
    { data: 7 },
    { data: { dn: {}, userName: [], placeName: 'x'.repeat(999), text: { a: 1 } } },
    { operationId: 7 },
  ];
  for (const body of absurd) {
    const { status, body: answer } = await tab.post(path, body);
    expect(status, JSON.stringify(body)).toBeLessThan(500);
    if (status !== 200) expect(answer.errors?.[0]?.code).toMatch(/^[a-z]+\.[a-z-]+$/);
    if (status === 400) expect(answer.errors?.[0]?.field).toMatch(/^(data|body|operationId|dbid|topic)/);
  }
});

it('feedback of a desktop is taken, within its bound', async () => {
  const tab = await openTab(createBench());
  expect((await tab.post('/feedback/submit', { data: { text: 'The button is too small.' } })).body.status).toEqual({ code: 0 });
  const answer = await tab.post('/feedback/submit', { data: { text: 'x'.repeat(9_000) } });
  expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'data.text']);
});

it('the documentation describes every voice operation by its schema', async () => {
  const bench = createBench();
  const document = (await (await bench.call('GET', '/doc')).json()) as {
    openapi: string;
    paths: Record<string, { post?: { requestBody?: unknown } }>;
  };
  expect(document.openapi).toBe('3.1.0');
  for (const operation of voiceOperations) expect(document.paths[operation.path]?.post?.requestBody).toBeDefined();
  expect(JSON.stringify(document.paths['/voice/make-call'])).toContain('"required":["destination"]');
  expect(await read(await bench.call('GET', '/info'))).toEqual({ version: '1.0.0', changeset: '' });
  expect((await bench.call('GET', '/version')).status).toBe(200);
});
