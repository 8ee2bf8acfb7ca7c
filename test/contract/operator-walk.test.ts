import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operator, startInstallation, type TestInstallation } from './auth-support.ts';

// Every operation of operators, with bodies that are right, lack something, or are absurd. An error names its field, and nothing is a fault of ours.
let installation: TestInstallation;
let environmentId = '';
let centerId = '';

interface Reply {
  status: number;
  etag: string | null;
  body: {
    status?: { code: number };
    path?: string;
    errors?: { code: string; field?: string }[];
    requestId?: string;
    data?: Record<string, unknown> & { id?: string; version?: number; totalCount?: number };
  };
}
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(`${installation.east.url}${path}`, {
    method,
    headers: { authorization: operator, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, etag: response.headers.get('etag'), body: (await response.json()) as Reply['body'] };
}
const environments = '/environment/v3/environments';
const centers = '/environment/v3/contact-centers';
const clients = '/auth/v3/ops/clients';
const unique = (): string => `n${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  installation = await startInstallation();
  environmentId = (await call('POST', environments, { data: { name: unique() } })).body.data?.id ?? '';
  centerId = (await call('POST', centers, { data: { domains: [unique()], environmentId } })).body.data?.id ?? '';
});
afterAll(() => installation?.stop());

interface Operation {
  method: 'POST' | 'PUT';
  path: () => string | Promise<string>;
  required: string[];
  valid: () => Record<string, unknown>;
}
const made = async (path: string, data: Record<string, unknown>): Promise<string> => {
  const { body } = await call('POST', path, { data });
  return `${path.split('/').slice(0, 3).join('/')}${body.path ?? ''}`;
};
const aClient = (id = unique()): Record<string, unknown> => ({
  client_id: id,
  name: 'A client',
  client_secret: 'a-long-secret',
  clientType: 'CONFIDENTIAL',
  internalClient: false,
  authorizedGrantTypes: ['client_credentials'],
  authorities: ['ROLE_INTERNAL_CLIENT'],
  scope: ['*'],
  redirectURIs: ['https://client.test/back'],
  contactCenterIds: [],
  accessTokenExpirationTimeout: 3_600,
  refreshTokenExpirationTimeout: 3_600,
});
const fixed = unique();
const operations: [string, Operation][] = [
  ['make an environment', { method: 'POST', path: () => environments, required: [], valid: () => ({ id: randomUUID(), name: unique() }) }],
  [
    'change an environment',
    {
      method: 'PUT',
      path: () => made(environments, { name: unique() }),
      required: ['name'],
      valid: () => ({ name: unique(), version: 1 }),
    },
  ],
  [
    'make a contact centre',
    {
      method: 'POST',
      path: () => centers,
      required: ['domains', 'environmentId'],
      valid: () => ({ id: randomUUID(), name: unique(), domains: [unique()], environmentId, auth: 'configServer' }),
    },
  ],
  [
    'change a contact centre',
    {
      method: 'PUT',
      path: () => made(centers, { domains: [unique()], environmentId }),
      required: ['name', 'domains', 'environmentId'],
      valid: () => ({ name: unique(), domains: [unique()], environmentId, auth: 'configServer', version: 1 }),
    },
  ],
  [
    'put a setting',
    {
      method: 'POST',
      path: () => `${centers}/${centerId}/settings`,
      required: ['name', 'value'],
      valid: () => ({ name: unique(), location: '/us-east', value: 'x', shared: true }),
    },
  ],
  [
    'allow an origin',
    {
      method: 'POST',
      path: () => '/environment/v3/cors',
      required: ['origin'],
      valid: () => ({ origin: `https://${unique()}.test`, contactCenterId: centerId }),
    },
  ],
  [
    'make a client',
    { method: 'POST', path: () => clients, required: ['client_id', 'client_secret', 'authorizedGrantTypes'], valid: aClient },
  ],
  [
    'change a client',
    {
      method: 'PUT',
      path: async () => {
        await call('POST', clients, { data: aClient(fixed) });
        return `${clients}/${fixed}`;
      },
      required: ['client_id', 'authorizedGrantTypes'],
      valid: () => aClient(fixed),
    },
  ],
];

/** Values that are right for no field, whatever its type. */
const absurd: [string, unknown][] = [
  ['null', null],
  ['an object', { a: { b: 1 } }],
  ['a list of lists', [[1]]],
  ['a number that is none', -1.5],
  ['a text no store can keep', '\u0000'],
  ['a long text', 'x'.repeat(20_000)],
];
const wholeBodies: unknown[] = ['{', '', 'null', '[]', '"x"', '7', {}, { data: null }, { data: [] }, { data: 'x' }];

describe.each(operations)('%s', (_name, operation) => {
  const send = async (data: unknown): Promise<Reply> => call(operation.method, await operation.path(), { data });

  test('is done with a valid body, and says the version', async () => {
    const { status, body, etag } = await send(operation.valid());
    expect([status, body.status?.code]).toEqual([200, 0]);
    if (body.data?.version !== undefined) expect(etag).toBe(`"${body.data.version}"`);
  });

  test('names what is missing', async () => {
    for (const field of operation.required) {
      const { [field]: _left, ...rest } = operation.valid();
      const { status, body } = await send(rest);
      expect([field, status, body.errors?.[0]?.code], JSON.stringify(body)).toEqual([field, 400, 'request.invalid']);
      expect(body.errors?.[0]?.field).toBe(`data.${field}`);
    }
  });

  test('names what is absurd', async () => {
    const path = await operation.path();
    const valid = operation.valid();
    for (const field of Object.keys(valid))
      for (const [kind, value] of absurd) {
        const { status, body } = await call(operation.method, path, { data: { ...valid, [field]: value } });
        expect([field, kind, status], JSON.stringify(body)).toEqual([field, kind, 400]);
        expect(body.errors?.[0]?.field, kind).toMatch(new RegExp(`^data\\.${field}`));
        expect(body.requestId).toBeDefined();
      }
  });

  test('refuses a body that is none', async () => {
    const path = await operation.path();
    for (const body of wholeBodies) expect([body, (await call(operation.method, path, body)).status]).toEqual([body, 400]);
    expect((await call(operation.method, path, { data: { ...operation.valid(), name: 'x'.repeat(70_000) } })).status).toBe(413);
  });

  test('is for operators only', async () => {
    const path = await operation.path();
    for (const authorization of ['', 'Bearer abc', 'Basic bm90OnJpZ2h0'])
      expect((await call(operation.method, path, { data: operation.valid() }, { authorization })).status).toBe(401);
  });
});

const records: [string, () => Promise<string>, (path: string) => Record<string, unknown>][] = [
  ['an environment', () => made(environments, { name: unique() }), () => ({ name: unique() })],
  [
    'a contact centre',
    () => made(centers, { domains: [unique()], environmentId }),
    () => ({ name: unique(), domains: [unique()], environmentId }),
  ],
  ['a client', () => made(clients, aClient()), path => aClient(path.split('/').at(-1))],
];

describe.each(records)('%s', (_name, make, change) => {
  test('is changed and removed by who knows its version', async () => {
    const path = await make();
    const read = await call('GET', path);
    expect([read.status, read.etag]).toEqual([200, `"${read.body.data?.version}"`]);
    const tag = read.etag ?? '';
    const both = await Promise.all([1, 2].map(() => call('PUT', path, { data: change(path) }, { 'if-match': tag })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await call('PUT', path, { data: { ...change(path), version: read.body.data?.version } })).status).toBe(409);
    expect((await call('DELETE', path, undefined, { 'if-match': tag })).status).toBe(412);
    const bad = await call('PUT', path, { data: change(path) }, { 'if-match': 'x' });
    expect([bad.status, bad.body.errors?.[0]?.field]).toEqual([400, 'If-Match']);
    const now = (await call('GET', path)).etag ?? '';
    expect((await call('DELETE', path, undefined, { 'if-match': now })).status).toBe(200);
    for (const method of ['GET', 'DELETE']) expect((await call(method, path)).status).toBe(404);
    expect((await call('PUT', path, { data: change(path) })).status).toBe(404);
  });
});

describe('listings', () => {
  test.each([[environments], [centers], [`${centers}/CENTER/settings`], ['/environment/v3/cors'], [clients]])(
    '%s come in pages',
    async raw => {
      const path = raw.replace('CENTER', centerId);
      const all = await call('GET', path);
      const [key = ''] = Object.keys(all.body.data ?? {});
      const list = all.body.data?.[key] as unknown[];
      expect(list.length).toBe(all.body.data?.totalCount);
      expect((await call('GET', `${path}?limit=1&offset=1`)).body.data?.[key]).toEqual(list.slice(1, 2));
      const bad = await call('GET', `${path}?limit=0`);
      expect([bad.status, bad.body.errors?.[0]?.field]).toEqual([400, 'limit']);
      expect((await call('GET', path, undefined, { authorization: '' })).status).toBe(401);
    },
  );

  test('a setting is read and removed by its id, and changed by who knows its version', async () => {
    const settings = `${centers}/${centerId}/settings`;
    const data = { name: unique(), value: 'one' };
    const first = await call('POST', settings, { data });
    const path = `/environment/v3${first.body.path ?? ''}`;
    expect((await call('POST', settings, { data: { ...data, value: 'two' } }, { 'if-match': first.etag ?? '' })).body.data?.version).toBe(
      2,
    );
    expect((await call('POST', settings, { data: { ...data, value: 'three' } }, { 'if-match': first.etag ?? '' })).status).toBe(412);
    expect((await call('GET', path)).body.data?.['value']).toBe('two');
    expect((await call('DELETE', path)).status).toBe(200);
    expect((await call('GET', path)).status).toBe(404);
    expect((await call('GET', `${centers}/${randomUUID()}/settings`)).status).toBe(404);
  });

  test('an environment with contact centres stays', async () => {
    expect((await call('DELETE', `${environments}/${environmentId}`)).status).toBe(409);
  });

  test('the audit is read by operators, page by page, and tells every change without secrets', async () => {
    const name = unique();
    const path = await made(environments, { name });
    await call('PUT', path, { data: { name: unique() } });
    await call('DELETE', path);
    const page = async (query: string): Promise<{ id: string; action: string; subject: string; actor: string }[]> =>
      (await call('GET', `/environment/v3/audit${query}`)).body.data?.['entries'] as never;
    const newest = await page('?limit=3');
    expect(newest.map(({ action, actor }) => [action, actor])).toEqual([
      ['environment.remove', 'ops'],
      ['environment.update', 'ops'],
      ['environment.create', 'ops'],
    ]);
    expect((await page(`?limit=1&before=${newest[0]?.id ?? ''}`))[0]).toEqual(newest[1]);
    expect(JSON.stringify(await page(''))).not.toContain('a-long-secret');
    expect((await call('GET', '/environment/v3/audit?before=x')).status).toBe(400);
    expect((await call('GET', '/environment/v3/audit', undefined, { authorization: '' })).status).toBe(401);
  });
});
