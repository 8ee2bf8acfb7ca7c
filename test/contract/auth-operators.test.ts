import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asOperator, startInstallation, tokenRequest, type TestInstallation, type TestOrigin } from './auth-support.ts';
import { until } from './stores-support.ts';

let installation: TestInstallation;
let east: TestOrigin;
let west: TestOrigin;

beforeAll(async () => {
  installation = await startInstallation();
  ({ east, west } = installation);
});
afterAll(() => installation?.stop());

const clients = '/auth/v3/ops/clients';
const newClient = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  client_id: `c-${randomUUID()}`,
  name: 'A client',
  client_secret: 'a-long-secret',
  clientType: 'CONFIDENTIAL',
  internalClient: false,
  authorizedGrantTypes: ['client_credentials', 'password', 'refresh_token'],
  authorities: ['ROLE_INTERNAL_CLIENT'],
  scope: ['*'],
  redirectURIs: [],
  accessTokenExpirationTimeout: 3_600,
  ...changes,
});

describe('OAuth clients', () => {
  test('a client made in one region is read back in the other and gets its tokens there', async () => {
    const client = newClient();
    const made = await asOperator(west, 'POST', clients, client);
    expect(made.status).toBe(200);
    const { client_secret: secret, ...visible } = client;
    const text = await made.text();
    expect(JSON.parse(text)).toMatchObject({ status: { code: 0 }, data: { ...visible, version: 1 } });
    expect(text).not.toContain(String(secret));
    expect(text).not.toContain('argon2');
    const read = await asOperator(east, 'GET', `${clients}/${String(client['client_id'])}`);
    expect(await read.json()).toMatchObject({ data: visible });
    const authorization = `Basic ${btoa(`${String(client['client_id'])}:${String(secret)}`)}`;
    const token = await tokenRequest(east, { grant_type: 'client_credentials' }, { authorization });
    expect(await token.json()).toMatchObject({ expires_in: 3_600 });
  });

  test('a changed secret works, the old one does not, and an outdated version is refused', async () => {
    const client = newClient();
    await asOperator(east, 'POST', clients, client);
    const path = `${clients}/${String(client['client_id'])}`;
    expect((await asOperator(east, 'PUT', path, { ...client, client_secret: 'another-secret', version: 1 })).status).toBe(200);
    expect((await asOperator(east, 'PUT', path, { ...client, version: 1 })).status).toBe(409);
    const tryWith = async (secret: string): Promise<number> =>
      (
        await tokenRequest(
          east,
          { grant_type: 'client_credentials' },
          { authorization: `Basic ${btoa(`${String(client['client_id'])}:${secret}`)}` },
        )
      ).status;
    expect(await tryWith('another-secret')).toBe(200);
    expect(await tryWith('a-long-secret')).toBe(401);
  });

  test('a removed client is gone', async () => {
    const client = newClient();
    await asOperator(east, 'POST', clients, client);
    const path = `${clients}/${String(client['client_id'])}`;
    expect((await asOperator(east, 'DELETE', path)).status).toBe(200);
    expect((await asOperator(east, 'GET', path)).status).toBe(404);
    expect((await asOperator(east, 'DELETE', path)).status).toBe(404);
  });

  test('the same id twice is a conflict', async () => {
    const client = newClient();
    await asOperator(east, 'POST', clients, client);
    expect((await asOperator(east, 'POST', clients, client)).status).toBe(409);
  });

  test.each([
    ['client_id', { client_id: 'with space' }],
    ['client_secret', { client_secret: undefined }],
    ['client_secret', { client_secret: 'short' }],
    ['client_secret', { clientType: 'PUBLIC', authorizedGrantTypes: ['password'] }],
    ['authorizedGrantTypes.0', { authorizedGrantTypes: ['magic'] }],
    ['redirectURIs', { authorizedGrantTypes: ['authorization_code'], redirectURIs: [] }],
    ['redirectURIs.0', { redirectURIs: ['javascript:alert(1)'] }],
    ['redirectURIs.0', { redirectURIs: ['https://*.test/'] }],
    ['redirectURIs.0', { redirectURIs: ['https://user:pass@host.test/'] }],
    ['accessTokenExpirationTimeout', { accessTokenExpirationTimeout: 10_000_000 }],
    ['contactCenterIds.0', { contactCenterIds: ['x'] }],
  ])('a bad %s is named in the error', async (field, changes) => {
    const answer = await asOperator(east, 'POST', clients, newClient(changes));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ code: 'request.invalid', field: `data.${field}` }] });
  });

  test('every change is in the audit log, without secrets', async () => {
    const client = newClient();
    await asOperator(east, 'POST', clients, client);
    await asOperator(east, 'DELETE', `${clients}/${String(client['client_id'])}`);
    const entries = (await installation.stores.east.audit.list(50, 'primary')).filter(entry => entry.subject === client['client_id']);
    expect(entries.map(entry => entry.action)).toEqual(['client.remove', 'client.create']);
    expect(entries[0]).toMatchObject({ actor: 'ops' });
    expect(JSON.stringify(entries)).not.toContain('a-long-secret');
  });

  test('a body larger than 64 KiB is refused', async () => {
    expect((await asOperator(east, 'POST', clients, newClient({ name: 'x'.repeat(70_000) }))).status).toBe(413);
  });

  test.each([[''], ['Basic bm90OnJpZ2h0'], ['Basic !!!'], ['Bearer abc']])(
    'without the operator’s credentials (%s) nothing is answered',
    async authorization => {
      const answer = await asOperator(east, 'GET', clients, undefined, authorization);
      expect(answer.status).toBe(401);
      expect(await answer.json()).not.toHaveProperty('data');
    },
  );
});

describe('environments and contact centres', () => {
  const base = '/environment/v3';
  const made = async (path: string, data: unknown): Promise<{ id: string; path: string }> => {
    const answer = await asOperator(east, 'POST', `${base}${path}`, data);
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as { path: string; data: { id: string } };
    return { id: body.data.id, path: body.path };
  };

  test('an environment, a contact centre in it and its settings can be made and read', async () => {
    const environment = await made('/environments', { name: `env ${randomUUID()}` });
    expect(environment.path).toBe(`/environments/${environment.id}`);
    const domain = `t${randomUUID().slice(0, 8)}`;
    const center = await made('/contact-centers', { domains: [domain.toUpperCase()], environmentId: environment.id, auth: 'configServer' });
    const list = (await (await asOperator(east, 'GET', `${base}/contact-centers`)).json()) as {
      data: { contactCenters: { id: string }[] };
    };
    expect(list.data.contactCenters.find(entry => entry.id === center.id)).toMatchObject({ domains: [domain], name: domain });
    const settings = `${base}/contact-centers/${center.id}/settings`;
    await asOperator(east, 'POST', settings, {
      name: 'cors-origins',
      location: '/us-east',
      value: 'https://crm.test, https://desk.test',
      shared: 'true',
    });
    expect(await (await asOperator(west, 'GET', settings)).json()).toMatchObject({
      data: { settings: [{ name: 'cors-origins', location: '/us-east', shared: true, version: 1 }] },
    });
    await until('known in its own region', () => east.environment.allowedOrigins().includes('https://crm.test'));
    expect(west.environment.allowedOrigins()).not.toContain('https://crm.test');
  });

  test('an origin can be listed and removed', async () => {
    const added = (await (await asOperator(east, 'POST', `${base}/cors`, { origin: 'https://pages.test/' })).json()) as {
      data: { id: string; origin: string };
    };
    expect(added.data.origin).toBe('https://pages.test');
    await until('known', () => east.environment.allowedOrigins().includes('https://pages.test'));
    expect((await asOperator(east, 'DELETE', `${base}/cors/${added.data.id}`)).status).toBe(200);
    await until('forgotten', () => !east.environment.allowedOrigins().includes('https://pages.test'));
  });

  test.each([
    ['/contact-centers', 'environmentId', { domains: ['nowhere'], environmentId: randomUUID() }],
    ['/contact-centers', 'domains.0', { domains: ['a b'], environmentId: randomUUID() }],
    ['/contact-centers', 'auth', { domains: ['x'], environmentId: randomUUID(), auth: 'magic' }],
    ['/cors', 'origin', { origin: 'https://host.test/path' }],
    ['/cors', 'origin', { origin: '*' }],
    ['/environments', 'name', { name: '<b>' }],
  ])('a bad body for %s names %s', async (path, field, data) => {
    const answer = await asOperator(east, 'POST', `${base}${path}`, data);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field: `data.${field}` }] });
  });

  test('a domain belongs to one contact centre', async () => {
    const environment = await made('/environments', { name: `env ${randomUUID()}` });
    expect(
      (await asOperator(east, 'POST', `${base}/contact-centers`, { name: 'other', domains: ['acme'], environmentId: environment.id }))
        .status,
    ).toBe(409);
  });

  test('only the operator gets in', async () => {
    expect((await asOperator(east, 'GET', `${base}/contact-centers`, undefined, '')).status).toBe(401);
  });

  // The last of the file: the primary does not come back.
  test('without a primary a change is refused within 2 s and reading goes on', async () => {
    await installation.postgres.kill('us-east');
    const before = Date.now();
    const refused = await asOperator(west, 'POST', clients, newClient());
    expect(Date.now() - before).toBeLessThan(2_000);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await refused.json()).toMatchObject({ errors: [{ code: 'store.read-only' }] });
    expect((await asOperator(west, 'GET', clients)).status).toBe(200);
  });
});
