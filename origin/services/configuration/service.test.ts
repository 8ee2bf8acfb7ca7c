import type { CfgObject, CfgPerson } from '@handover/shared/genesys';
import { AppError } from '@handover/shared/errors';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { createFakeClock } from '@handover/shared/time';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createObjectTable } from '../../connectors/configuration/objects.ts';
import type { Configuration } from '../../contracts/configuration.ts';
import type { Identity, Principal } from '../../contracts/identity.ts';
import type { SearchIndex } from '../../contracts/search.ts';
import type { RequestVariables } from '../../contracts/workspace.ts';
import { createMemoryCache } from '../../stores/redis/index.ts';
import { createSearch } from '../../stores/search/index.ts';
import { createConfigurationService } from './index.ts';

const common = { tenantDBID: 1, state: 'Enabled' as const, userProperties: [] };
const person = (dbid: number, firstName: string, lastName: string, more: Partial<CfgPerson> = {}): CfgPerson => ({
  ...common,
  type: 'CfgPerson',
  dbid,
  userName: firstName.toLowerCase(),
  employeeID: `E${dbid}`,
  firstName,
  lastName,
  isAgent: true,
  roles: [],
  agentInfo: { skillLevels: [{ skillDBID: 70, level: 3 }], agentLogins: [], placeDBID: 60 },
  ...more,
});
const objects: CfgObject[] = [
  { ...common, type: 'CfgTenant', dbid: 1, name: 'acme' },
  { ...common, type: 'CfgTenant', dbid: 2, name: 'other' },
  person(11, 'Ann', 'Müller'),
  person(12, 'Bob', 'Miller', { state: 'Disabled' }),
  person(13, 'Cid', 'Mills', { isAgent: false }),
  person(14, 'Dan', 'Milton', { tenantDBID: 2 }),
  { ...common, type: 'CfgAgentGroup', dbid: 50, name: 'Group', agentDBIDs: [11], managerDBIDs: [] },
  { ...common, type: 'CfgPlace', dbid: 60, name: 'Place', dnDBIDs: [80] },
  { ...common, type: 'CfgSkill', dbid: 70, name: 'English' },
  { ...common, type: 'CfgSwitch', dbid: 75, name: 'SIP_east', location: '/us-east', tServerDBID: 1 },
  { ...common, type: 'CfgDN', dbid: 80, number: '7001', dnType: 'Extension', switchDBID: 75 },
  { ...common, type: 'CfgDN', dbid: 81, number: '9001', name: 'Support', dnType: 'RoutingPoint', switchDBID: 75 },
  {
    ...common,
    type: 'CfgApplication',
    dbid: 90,
    name: 'CloudCluster',
    appType: 'GenericServer',
    version: '9',
    isServer: true,
    isPrimary: true,
    redundancyType: 'none',
    appServers: [],
    options: [{ key: 'security', type: 'kvlist', value: [{ key: 'word', type: 'str', value: 'hidden' }] }],
  },
];

interface Answer {
  status: number;
  body: { errors?: { code: string; field?: string }[]; data?: Record<string, unknown> };
}

/** Tokens are `<user>` of the contact centre acme, or `client` and `stranger`, which have no person. */
async function served(index: SearchIndex = createSearch({ url: undefined, region: 'test', log: silentLogger })) {
  const table = createObjectTable();
  for (const object of objects) table.put(object);
  const configuration = {
    state: 'current',
    get: (type, dbid) => table.get(type, dbid),
    all: type => table.all(type),
    personByUserName: name => table.personByUserName(name),
    placeDns: dbid =>
      (table.get('CfgPlace', dbid)?.dnDBIDs ?? []).flatMap(each => {
        const dn = table.get('CfgDN', each);
        const at = dn === undefined ? undefined : table.get('CfgSwitch', dn.switchDBID);
        return dn === undefined || at === undefined ? [] : [{ dn, switch: at }];
      }),
    ready: () => Promise.resolve(),
    onChange: () => () => undefined,
  } satisfies Partial<Configuration> as unknown as Configuration;
  const identity: Pick<Identity, 'verifyAccessToken'> = {
    verifyAccessToken: token => Promise.resolve(token === 'bad' ? refuse('invalid') : ok(principalOf(token))),
  };
  const clock = createFakeClock();
  const service = createConfigurationService({
    configuration,
    index,
    identity,
    cache: createMemoryCache(clock),
    node: 'us-east/1',
    statistics: { get: () => Promise.resolve(refuse({ kind: 'unavailable' })) },
    version: '9.0.0',
    clock,
    log: silentLogger,
  });
  if (index.kind === 'embedded') await service.rebuildSearch();
  const root = new Hono<{ Variables: RequestVariables }>();
  root.use(async (c, next) => {
    c.set('request', { requestId: 'r1' } as RequestVariables['request']);
    await next();
  });
  root.route('/', service.app);
  return async (path: string, token = 'ann'): Promise<Answer> => {
    const response = await root.request(path, token === '' ? {} : { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
}

const principalOf = (token: string): Principal => ({
  tenant: token === 'stranger' ? 'nowhere' : 'acme',
  contactCenterId: 'c',
  clientId: 'x',
  ...(['client', 'stranger'].includes(token) ? {} : { userName: token.replace('+', '') }),
  authorities: token.endsWith('+') ? ['ROLE_SUPERVISOR'] : ['ROLE_AGENT'],
  jti: 'j',
  expiresAtMs: 0,
});

const names = ({ body }: Answer, key: string): string[] =>
  (body.data?.[key] as { name?: string; userName?: string }[]).map(each => each.userName ?? each.name ?? '');

it('the application of every desktop is named, without its options', async () => {
  const get = await served();
  expect(await get('/system/application')).toEqual({
    status: 200,
    body: { status: { code: 0 }, data: { application: { DBID: 90, name: 'CloudCluster', type: 'GenericServer', version: '9' } } },
  });
  expect((await get('/system/application', '')).status).toBe(401);
  expect((await get('/system/other')).status).toBe(404);
});

describe('lists and searches', () => {
  it.each([
    ['/objects/persons', 'ann', ['ann']],
    ['/objects/persons', 'client', ['ann']],
    ['/objects/persons', 'ann+', ['ann', 'bob', 'cid']],
    ['/objects/agents', 'ann+', ['ann', 'bob']],
    ['/objects/users?search_term=mil', 'ann', []],
    ['/objects/users?search_term=muller', 'ann', ['ann']],
    ['/objects/users?search_term=mil', 'ann+', ['bob', 'cid']],
    ['/objects/agents?search_term=mil', 'ann+', ['bob']],
    ['/objects/users?search_term=7001', 'ann', ['ann']],
    ['/objects/users?search_term=ller&match_method=includes&sort_key=name&sort_ascending=false', 'ann+', ['bob', 'ann']],
    ['/objects/users?search_term=mil&limit=1&offset=1', 'ann+', ['cid']],
    ['/objects/users?dbids=11,13,14,99', 'ann+', ['ann', 'cid']],
    ['/objects/users?skill_dbid=70&group_dbid=50', 'ann+', ['ann']],
    ['/objects/users?skill_dbid=71', 'ann+', []],
    ['/objects/dns?dn_type=RoutingPoint', 'ann', ['Support']],
    ['/objects/dns?search_term=9001', 'ann', ['Support']],
    ['/objects/skills?search_term=engl', 'ann', ['English']],
    ['/objects/agent-groups', 'ann', ['Group']],
    ['/objects/places?search_term=7001&match_method=exact', 'ann', ['Place']],
  ])('%s as %s finds %j', async (path, token, expected) => {
    const get = await served();
    const answer = await get(path, token);
    expect(answer.status).toBe(200);
    expect(names(answer, path.split(/[/?]/)[2] ?? '')).toEqual(expected);
  });

  it('tell how many there are in all', async () => {
    const get = await served();
    expect((await get('/objects/users?limit=1', 'ann+')).body.data?.['totalCount']).toBe(3);
    expect((await get('/objects/users?search_term=mil&limit=1', 'ann+')).body.data?.['totalCount']).toBe(2);
  });
});

describe('one object', () => {
  it('is shown with what belongs to it', async () => {
    const get = await served();
    expect((await get('/objects/persons/me')).body.data?.['person']).toMatchObject({
      DBID: 11,
      skills: [{ DBID: 70, name: 'English', level: 3 }],
      agentGroups: [{ DBID: 50, name: 'Group' }],
      placeName: 'Place',
    });
    expect((await get('/objects/dns/80')).body.data?.['object']).toMatchObject({
      number: '7001',
      switchName: 'SIP_east',
      type: 'Extension',
    });
  });
  it.each(['/objects/persons/14', '/objects/persons/12', '/objects/persons/13', '/objects/persons/x', '/objects/planets', '/nothing'])(
    '%s does not exist for an agent',
    async path => {
      const get = await served();
      expect((await get(path)).status).toBe(404);
    },
  );
});

describe('a request', () => {
  it.each([
    ['limit=0', 'limit'],
    ['limit=x', 'limit'],
    ['offset=-1', 'offset'],
    ['offset=9999&search_term=a', 'offset'],
    ['match_method=magic', 'match_method'],
    ['sort_ascending=maybe', 'sort_ascending'],
    ['dbids=a', 'dbids'],
    ['dbids=11&search_term=a', 'dbids'],
    ['dn_type=Extension', 'dn_type'],
    [`search_term=${'a'.repeat(256)}`, 'search_term'],
  ])('with ?%s is 400 and names %s', async (query, field) => {
    const get = await served();
    const { status, body } = await get(`/objects/persons?${query}`);
    expect([status, body.errors?.[0]?.code, body.errors?.[0]?.field]).toEqual([400, 'request.invalid', field]);
  });
  it.each([
    ['', 401],
    ['bad', 401],
    ['stranger', 403],
    ['nobody', 403],
  ])('as %j is %d', async (token, status) => {
    const get = await served();
    expect((await get('/objects/skills', token)).status).toBe(status);
  });
  it('is described', async () => {
    const get = await served();
    expect((await get('/version', '')).status).toBe(200);
  });
});

describe('without the index', () => {
  const down: SearchIndex = {
    ...createSearch({ url: undefined, region: 'test', log: silentLogger }),
    kind: 'server',
    search: () => Promise.reject(new AppError('search.unavailable')),
  };
  it('searches are refused, lists and single objects are not', async () => {
    const get = await served(down);
    const { status, body } = await get('/objects/persons?search_term=ann');
    expect([status, body.errors?.[0]?.code]).toEqual([503, 'search.unavailable']);
    expect(names(await get('/objects/persons'), 'persons')).toEqual(['ann']);
    expect((await get('/objects/persons/11')).status).toBe(200);
  });
});

describe('the history of an agent', () => {
  it('is shown to the agent and to supervisors, by whole quarters', async () => {
    const index = createSearch({ url: undefined, region: 'test', log: silentLogger });
    const startMs = Date.parse('2026-01-05T10:00:00Z');
    await index.history.record([{ tenantDbid: 1, personDbid: 11, startMs, stateS: { Ready: 600 }, handled: { voice: 4 } }]);
    const get = await served(index);
    const span = 'from=2026-01-05T10:05:00Z&to=2026-01-05T11:00:00Z';
    const expected = [{ start: '2026-01-05T10:00:00.000Z', states: { Ready: 600 }, handled: { voice: 4 } }];
    expect((await get(`/objects/persons/me/history?${span}`)).body.data).toEqual({ quarters: expected });
    expect((await get(`/objects/persons/11/history?${span}`, 'bob+')).body.data).toEqual({ quarters: expected });
    expect((await get(`/objects/persons/12/history?${span}`)).status).toBe(403);
    expect((await get(`/objects/persons/14/history?${span}`, 'bob+')).status).toBe(404);
  });
  it.each(['from=yesterday', 'from=2026-01-05T10:00:00Z&to=2026-01-05T10:00:00Z', 'from=2026-01-01T00:00:00Z&to=2026-01-09T00:00:00Z'])(
    'refuses ?%s by field',
    async query => {
      const get = await served();
      const { status, body } = await get(`/objects/persons/me/history?${query}`);
      expect([status, body.errors?.[0]?.field]).toEqual([400, 'from']);
    },
  );
});
