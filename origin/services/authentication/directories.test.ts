import { createFakeClock } from '@handover/shared/time';
import { describe, expect, test, vi } from 'vitest';
import type { ContactCenter, ContactCenters, OAuthClient, OAuthClients } from '../../contracts/stores.ts';
import { createClientDirectory, metadataFrom } from './client-directory.ts';
import { createTenants } from './tenants.ts';

const client: OAuthClient = {
  clientId: 'c1',
  name: 'One',
  secretHash: '$argon2id$',
  clientType: 'CONFIDENTIAL',
  internalClient: false,
  grantTypes: ['password', 'implicit'],
  redirectUris: ['https://a.test/'],
  scopes: ['*'],
  authorities: [],
  contactCenterIds: [],
  accessTokenExpirationS: 60,
  refreshTokenExpirationS: 60,
  version: 1,
};

describe('the client directory', () => {
  const setup = (find: OAuthClients['find'], writable = true) => {
    const clock = createFakeClock();
    return { clock, directory: createClientDirectory({ find } as OAuthClients, () => writable, clock) };
  };

  test('asks the store again after 5 s, or when told to forget', async () => {
    const find = vi.fn(async () => client);
    const { clock, directory } = setup(find);
    await directory.find('c1');
    await directory.find('c1');
    expect(find).toHaveBeenCalledTimes(1);
    clock.advance(5_000);
    await directory.find('c1');
    directory.forget('c1');
    await directory.find('c1');
    expect(find).toHaveBeenCalledTimes(3);
  });

  test('asks once for many who ask at once, known or not, and spreads the times of the next reads', async () => {
    const find = vi.fn(async (id: string) => (id === 'c1' ? client : undefined));
    const clock = createFakeClock();
    const randoms = [0, 1];
    const directory = createClientDirectory(
      { find } as unknown as OAuthClients,
      () => false,
      clock,
      () => randoms.shift() ?? 0,
    );
    await Promise.all(Array.from({ length: 50 }, () => directory.find('c1')));
    await Promise.all(Array.from({ length: 50 }, () => directory.find('nobody')));
    expect(find).toHaveBeenCalledTimes(2);
    clock.advance(1_599);
    await Promise.all([directory.find('c1'), directory.find('nobody')]);
    expect(find).toHaveBeenCalledTimes(2);
    clock.advance(1);
    await directory.find('nobody');
    expect(find).toHaveBeenCalledTimes(3);
  });

  test('a read that began before a change is not remembered', async () => {
    const answers = [
      { ...client, name: 'old' },
      { ...client, name: 'new' },
    ];
    let release = (): void => undefined;
    const held = new Promise<void>(resolve => (release = resolve));
    const { directory } = setup(async () => {
      const answer = answers.shift();
      if (answer?.name === 'old') await held;
      return answer;
    });
    const before = directory.find('c1');
    directory.forget('c1');
    release();
    expect((await before)?.name).toBe('old');
    expect((await directory.find('c1'))?.name).toBe('new');
  });

  test('a client that is not on the own region’s server is asked for at the primary, if there is one', async () => {
    const find = vi.fn(async (_id: string, from: string) => (from === 'primary' ? client : undefined));
    expect(await setup(find).directory.find('c1')).toBe(client);
    expect(await setup(find, false).directory.find('c1')).toBeUndefined();
  });

  test('when no server answers, what was known holds on, and nothing is made up', async () => {
    let down = false;
    const { clock, directory } = setup(async () => {
      if (down) throw new Error('down');
      return client;
    });
    await directory.find('c1');
    down = true;
    clock.advance(60_000);
    expect(await directory.find('c1')).toBe(client);
    await expect(directory.find('c2')).rejects.toThrow('down');
  });

  test('grants that are not served are left out for the library', () => {
    expect(metadataFrom(client)).toMatchObject({ grant_types: ['password'], redirect_uris: [], response_types: [] });
  });
});

describe('tenants', () => {
  const center = (name: string, ...domains: string[]): ContactCenter => ({
    id: `id-${name}`,
    name,
    domains,
    environmentId: 'e',
    version: 1,
  });
  const setup = (centers: ContactCenter[]) => {
    const clock = createFakeClock();
    const store = { down: false, contactCenters: vi.fn(async () => (store.down ? Promise.reject(new Error('down')) : centers)) };
    return { clock, store, tenants: createTenants(store as unknown as ContactCenters, clock) };
  };

  test('a domain names its contact centre, as far as the client serves it', async () => {
    const { tenants } = setup([center('acme', 'acme', 't100'), center('other', 'other')]);
    expect((await tenants.forLogin('t100', []))?.name).toBe('acme');
    expect(await tenants.forLogin('t100', ['id-other'])).toBeUndefined();
    expect(await tenants.forLogin('nowhere', [])).toBeUndefined();
  });

  test('without a domain there must be only one to choose from', async () => {
    const { tenants } = setup([center('acme', 'acme'), center('other', 'other')]);
    expect(await tenants.forLogin(undefined, [])).toBeUndefined();
    expect((await tenants.forLogin(undefined, ['id-other']))?.name).toBe('other');
  });

  test('what was known holds on while no server answers; with nothing known it is a fault', async () => {
    const { tenants, store, clock } = setup([center('acme', 'acme')]);
    store.down = true;
    await expect(tenants.byName('acme')).rejects.toMatchObject({ code: 'store.unavailable' });
    store.down = false;
    expect((await tenants.byName('acme'))?.id).toBe('id-acme');
    store.down = true;
    clock.advance(60_000);
    expect((await tenants.byName('acme'))?.id).toBe('id-acme');
  });

  test('many who ask at once make one read', async () => {
    const { tenants, store } = setup([center('acme', 'acme')]);
    await Promise.all(Array.from({ length: 20 }, () => tenants.byName('acme')));
    expect(store.contactCenters).toHaveBeenCalledTimes(1);
  });
});
