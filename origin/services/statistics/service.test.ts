import { Hono } from 'hono';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { createFakeClock } from '@handover/shared/time';
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import type { Identity } from '../../contracts/identity.ts';
import type { Owned } from '../../contracts/ownership.ts';
import type { NotificationHub } from '../../contracts/notifications.ts';
import type { StatReading, Statistics, WantedStatistic } from '../../contracts/statistics.ts';
import { createStatisticsService } from './index.ts';
import { passportFrom } from './passport.ts';

function bench() {
  const clock = createFakeClock();
  const open = new Map<string, (reading: StatReading) => void>();
  const reading = (intValue: number): StatReading => ({ value: { intValue }, timestamp: 5 });
  let unavailable = false;
  const setUnavailable = (given: boolean): void => void (unavailable = given);
  const refusal = (wanted: WantedStatistic) =>
    unavailable
      ? ({ kind: 'unavailable' } as const)
      : wanted.objectId === '9999'
        ? ({ kind: 'invalid', attribute: 'objectId', text: 'there is no such object' } as const)
        : undefined;
  let changed = (_state: 'up' | 'down'): void => undefined;
  const statistics: Statistics = {
    state: 'up',
    onChange(listener) {
      changed = listener;
      return () => undefined;
    },
    open(wanted, listener) {
      const refused = refusal(wanted);
      if (refused !== undefined) return Promise.resolve(refuse(refused));
      open.set(`${wanted.tenantName} ${wanted.objectId}`, listener);
      const close = (): void => void open.delete(`${wanted.tenantName} ${wanted.objectId}`);
      return Promise.resolve(ok({ last: reading(1), peek: () => Promise.resolve(reading(2)), close }));
    },
    get(wanted) {
      const refused = refusal(wanted);
      return Promise.resolve(refused === undefined ? ok(reading(9)) : refuse(refused));
    },
  };
  const adopted: string[] = [];
  const letGo: string[] = [];
  const delivered: { clients: string[]; channel: string; data: unknown }[] = [];
  const hub = {
    deliver: (clients: Iterable<string>, channel: string, data: unknown) => void delivered.push({ clients: [...clients], channel, data }),
    describe: (clientId: string) => ({ clientId, subscriptions: ['/statistics/v3/updates'] }),
    adopt: (_name: string, client: { clientId: string }) => void adopted.push(client.clientId),
    letGo: (clients: Iterable<string>) => void letGo.push(...clients),
  } as unknown as NotificationHub;
  const identity = {
    verifyAccessToken: (token: string) =>
      Promise.resolve(
        token === 'bad'
          ? refuse('invalid')
          : ok({ tenant: 'acme', contactCenterId: 'c', clientId: 'x', userName: token, authorities: [], jti: 'j', expiresAtMs: 0 }),
      ),
  } as unknown as Identity;
  const service = createStatisticsService({
    statistics,
    identity,
    hub,
    allowedOrigins: ['http://ours'],
    secureCookies: false,
    version: '9',
    clock,
    log: silentLogger,
  });
  service.start();
  const root = new Hono<{ Variables: { request: unknown } }>();
  root.use(async (c, next) => {
    c.set('request', { requestId: 'r1' });
    await next();
  });
  root.route('/', service.app as unknown as Hono);
  const ask = async (method: string, path: string, body?: unknown, token = 'agent1') => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await root.request(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const attach = async (token: string, clientId: string): Promise<void> => {
    const key = await service.policy.identify({ headers: { authorization: `Bearer ${token}` }, url: '/' });
    if (key !== undefined) service.policy.onAttach(key, clientId);
  };
  return {
    clock,
    open,
    reading,
    delivered,
    adopted,
    letGo,
    setUnavailable,
    service,
    ask,
    attach,
    changed: (state: 'up' | 'down') => changed(state),
  };
}

const statistic = (objectId: string) => ({ statisticId: 's1', objectId, objectType: 'Agent', name: 'CurrentAgentState' });
const subscription = (objectId = '7001') => ({ operationId: 'op1', data: { statistics: [statistic(objectId)] } });

test('a subscription is known by its operationId, and its changes go to the clients of its person only', async () => {
  const { ask, attach, open, reading, clock, delivered } = bench();
  await attach('agent1', 'c1');
  await attach('agent2', 'c2');
  const made = await ask('POST', '/subscriptions?verbose=INFO', subscription());
  expect(made).toMatchObject({
    status: 200,
    body: { data: { subscriptionId: 'op1', operationId: 'op1', statistics: [{ statisticId: 's1', value: { intValue: 1 } }] } },
  });
  clock.advance(50);
  open.get('acme 7001')?.(reading(4));
  open.get('acme 7001')?.(reading(5));
  clock.advance(50);
  expect(delivered.map(each => each.clients)).toEqual([['c1'], ['c1']]);
  expect(delivered[1]).toMatchObject({
    channel: '/statistics/v3/updates',
    data: { data: { statistics: [{ statisticId: 's1', subscriptionId: 'op1', value: { intValue: 5 } }] } },
  });
});

test('clients are told when a value is no longer valid', async () => {
  const { ask, attach, open, reading, clock, delivered } = bench();
  await attach('agent1', 'c1');
  await ask('POST', '/subscriptions', subscription());
  clock.advance(50);
  open.get('acme 7001')?.({ ...reading(4), valid: false });
  clock.advance(50);
  expect(delivered.at(-1)).toMatchObject({ data: { data: { statistics: [{ statisticId: 's1', value: { intValue: 4 }, valid: false }] } } });
});

test('the same request again is the same subscription, another of its name a conflict', async () => {
  const { ask } = bench();
  await ask('POST', '/subscriptions', subscription());
  expect((await ask('POST', '/subscriptions', subscription())).status).toBe(200);
  const other = await ask('POST', '/subscriptions', subscription('7002'));
  expect(other).toMatchObject({ status: 409, body: { errors: [{ field: 'operationId' }] } });
});

test('values are peeked, all or some', async () => {
  const { ask } = bench();
  await ask('POST', '/subscriptions', subscription());
  expect(await ask('GET', '/subscriptions/op1/statistic-values?statisticIds=s1')).toMatchObject({
    body: { data: { statistics: [{ value: { intValue: 2 } }] } },
  });
  expect(await ask('GET', '/subscriptions/op1/statistic-values?statisticIds=s9')).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'statisticIds' }] },
  });
  expect((await ask('GET', '/subscriptions/op1/statistic-values', undefined, 'agent2')).status).toBe(404);
});

test('a deleted subscription is closed at the server', async () => {
  const { ask, open } = bench();
  await ask('POST', '/subscriptions', subscription());
  expect((await ask('DELETE', '/subscriptions/op1')).status).toBe(200);
  expect(open.size).toBe(0);
  expect((await ask('DELETE', '/subscriptions/op1')).status).toBe(404);
});

test('of a subscription with an unknown object nothing is opened, and the error names the field', async () => {
  const { ask, open } = bench();
  const body = { data: { statistics: [statistic('7001'), { ...statistic('9999'), statisticId: 's2' }] } };
  expect(await ask('POST', '/subscriptions', body)).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'data.statistics.1.objectId' }] },
  });
  expect(open.size).toBe(0);
});

test.each([
  [{ data: { statistics: [{ ...statistic('7001'), objectType: 'Agents' }] } }, 'data.statistics.0.objectType'],
  [{ data: { statistics: [] } }, 'data.statistics'],
  [{ data: { statistics: [{ ...statistic('7001'), name: undefined }] } }, 'data.statistics.0.name'],
  [{ data: { statistics: [statistic('7001'), statistic('7002')] } }, 'data.statistics'],
  [{ operationId: '', data: {} }, 'operationId'],
])('a faulty request %# is refused by the name of its field', async (body, field) => {
  expect(await bench().ask('POST', '/subscriptions', body)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
});

test('single values come without a subscription', async () => {
  const { ask } = bench();
  expect(await ask('GET', '/statistic-values/CurrentAgentState?objectId=7001&objectType=Agent')).toMatchObject({
    body: { data: { statistic: { name: 'CurrentAgentState', objectId: '7001', value: { intValue: 9 } } } },
  });
  const several = { data: { statistics: [{ objectId: '7001', objectType: 'Agent', name: 'X' }] } };
  expect(await ask('POST', '/operations/get-statistic-ex', several)).toMatchObject({
    body: { data: { statistics: [{ value: { intValue: 9 } }] } },
  });
});

test('without a good token nothing is answered and no client attached', async () => {
  const { ask, service } = bench();
  expect((await ask('POST', '/subscriptions', subscription(), 'bad')).status).toBe(401);
  expect(await service.policy.identify({ headers: { authorization: 'Bearer bad' }, url: '/' })).toBeUndefined();
  expect(
    await service.policy.identify({ headers: { authorization: 'Bearer agent1', origin: 'http://foreign' }, url: '/' }),
  ).toBeUndefined();
});

test('clients hear whether the service is available: when they subscribe, and when it changes', async () => {
  const { service, attach, delivered, changed } = bench();
  await attach('agent1', 'c1');
  service.policy.onSubscribed('', 'c1', '/statistics/v3/service');
  changed('down');
  expect(delivered.map(each => [each.clients, each.data])).toEqual([
    [['c1'], { data: { serviceState: 'Available' } }],
    [['c1'], { data: { serviceState: 'Unavailable' } }],
  ]);
});

test('who has no client and asks nothing for two minutes is forgotten', async () => {
  const { ask, open, clock, attach, service } = bench();
  await attach('agent1', 'c1');
  await ask('POST', '/subscriptions', subscription());
  clock.advance(300_000);
  expect(open.size).toBe(1);
  service.policy.onDetach('acme/statistics/agent1', 'c1', 'disconnect');
  clock.advance(100_000);
  expect(open.size).toBe(1);
  clock.advance(60_000);
  expect(open.size).toBe(0);
  expect(service.status().subscribers).toBe(0);
});

const key = { tenant: 'acme', person: 'agent1', service: 'statistics' } as const;

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
async function pass({ clock }: ReturnType<typeof bench>, ms: number): Promise<void> {
  await settled();
  clock.advance(ms);
  await settled();
}

/** Ownership that remembers the last passport. */
function ownedBy() {
  const owned = {
    key,
    passport: undefined as unknown,
    ended: false,
    savePassport: (passport: unknown) => void (owned.passport = JSON.parse(JSON.stringify(passport))),
    passportWritten: () => Promise.resolve(),
    end: () => Promise.resolve(void (owned.ended = true)),
  };
  return owned;
}
const asOwned = (owned: ReturnType<typeof ownedBy>): Owned => owned as unknown as Owned;

async function watched() {
  const before = bench();
  const owned = ownedBy();
  await before.service.hooks.adopt(key, asOwned(owned), undefined);
  await before.attach('agent1', 'c1');
  await before.ask('POST', '/subscriptions', subscription());
  return { before, owned };
}

test('another node goes on with the same clients and subscriptions, and tells the values', async () => {
  const { before, owned } = await watched();
  const after = bench();
  await after.service.hooks.adopt(key, asOwned(ownedBy()), owned.passport);
  expect(after.adopted).toEqual(['c1']);
  await pass(after, 50);
  expect(after.delivered).toMatchObject([
    { clients: ['c1'], data: { data: { statistics: [{ subscriptionId: 'op1', statisticId: 's1' }] } } },
  ]);
  expect((await after.ask('GET', '/subscriptions/op1/statistic-values')).status).toBe(200);
  before.service.hooks.lost(key, 'taken away');
  expect([before.letGo, before.open.size, before.service.status().subscribers]).toEqual([['c1'], 0, 0]);
});

test('a subscription that moved is opened as soon as a Stat Server answers, and is not unknown until then', async () => {
  const { owned } = await watched();
  const after = bench();
  after.setUnavailable(true);
  const next = ownedBy();
  await after.service.hooks.adopt(key, asOwned(next), owned.passport);
  expect((await after.ask('GET', '/subscriptions/op1/statistic-values')).status).toBe(503);
  expect(passportFrom(next.passport)).toMatchObject({ subscriptions: [{ id: 'op1' }] });
  after.setUnavailable(false);
  await pass(after, 1_000);
  expect((await after.ask('GET', '/subscriptions/op1/statistic-values')).status).toBe(200);
});

test('what nobody used for long is given up for good, and nothing of it comes back', async () => {
  const { before, owned } = await watched();
  before.service.policy.onDetach('acme/statistics/agent1', 'c1', 'disconnect');
  await pass(before, 150_000);
  expect([owned.ended, owned.passport]).toEqual([true, { v: 1, usedAtMs: 0, clients: [] }]);
});

test('a client that has just subscribed, or may have missed values, is told all of them', async () => {
  const { before } = await watched();
  before.clock.advance(50);
  before.delivered.length = 0;
  before.service.policy.onMissed?.('acme/statistics/agent1', 'c1', []);
  before.service.policy.onSubscribed('acme/statistics/agent1', 'c2', '/statistics/v3/updates');
  expect(before.delivered).toMatchObject([
    { clients: ['c1'], data: { data: { statistics: [{ statisticId: 's1' }] } } },
    { clients: ['c2'], data: { data: { statistics: [{ statisticId: 's1' }] } } },
  ]);
});

test('a request belongs to who its token names, unless every node could answer it', async () => {
  const { service } = bench();
  const ownerOf = (url: string, token = 'agent1') =>
    service.ownerOf({ url, headers: { authorization: `Bearer ${token}` } } as unknown as IncomingMessage);
  expect(await ownerOf('/statistics/v3/notifications/connect')).toEqual(key);
  expect(await ownerOf('/statistics/v3/subscriptions?verbose=INFO')).toEqual(key);
  expect(await ownerOf('/statistics/v3/statistic-values/X')).toBeUndefined();
  expect(await ownerOf('/statistics/v3/subscriptions', 'bad')).toBeUndefined();
});
