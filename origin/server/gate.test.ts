import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { expect, test } from 'vitest';
import type { Owned, Ownership, OwnershipRefusal, RequestContext } from '../contracts/ownership.ts';
import { createExchange } from './fakes/exchange.ts';
import type { ForwardOutcome, Forwarder } from './forward.ts';
import { createGate } from './gate.ts';

const key = { tenant: 'acme', person: 'agent1' };
const owned = { key, epoch: 42 } as unknown as Owned;

function gateWith(answers: (Owned | OwnershipRefusal)[], forwarded: ForwardOutcome[] = [], refusing: string[] = [], draining = false) {
  const asked: RequestContext[] = [];
  const sentTo: string[] = [];
  const ownership = {
    ensure: (_key: unknown, context: RequestContext) => {
      asked.push(context);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('asked too often');
      return 'kind' in answer ? refuse(answer) : ok(answer);
    },
  } as unknown as Ownership;
  const forwarder: Forwarder = {
    forward: (_call, node) => {
      sentTo.push(node);
      return Promise.resolve(forwarded.shift() ?? 'answered');
    },
    close: () => undefined,
  };
  return {
    gate: createGate({
      ownership,
      forwarder,
      region: 'us-east',
      urlOf: node => `http://${node}`,
      refuses: async url => refusing.includes(url),
      draining: () => draining,
      log: silentLogger,
    }),
    asked,
    sentTo,
  };
}

const here: OwnershipRefusal = { kind: 'elsewhere', region: 'us-east', node: 'us-east/2', incarnation: 'us-east/2~x' };
const away: OwnershipRefusal = { kind: 'elsewhere', region: 'eu-west', node: 'eu-west/1' };

test('a request of a session owned here passes, with its epoch on the answer', async () => {
  const exchange = createExchange();
  expect(await gateWith([owned]).gate.pass(exchange.call, key, false)).toBe('here');
  expect(exchange.header('x-handover-epoch')).toBe('42');
});

test('a session of another region is answered 421 with that region, and nothing was executed', async () => {
  const exchange = createExchange();
  const { gate, sentTo } = gateWith([away]);
  expect(await gate.pass(exchange.call, key, false)).toBe('answered');
  expect([exchange.status(), exchange.header('x-handover-replay'), exchange.header('x-handover-refused')]).toEqual([
    421,
    'eu-west',
    'ownership.elsewhere',
  ]);
  expect(sentTo).toEqual([]);
});

test('a session of another node of the region is forwarded to it', async () => {
  const { gate, sentTo } = gateWith([here], ['answered']);
  expect(await gate.pass(createExchange().call, key, false)).toBe('answered');
  expect(sentTo).toEqual(['us-east/2']);
});

test.each(['silent', 'lost'] as const)('an owner that is %s is excluded and the session taken over', async outcome => {
  const { gate, asked } = gateWith([here, owned], [outcome]);
  expect(await gate.pass(createExchange().call, key, false)).toBe('here');
  expect(asked[1]?.excludedNodes).toEqual(['us-east/2']);
});

test('an owner whose address refuses the connection is over, and nobody waits for its lease', async () => {
  const { gate, asked } = gateWith([here, owned], ['refused']);
  expect(await gate.pass(createExchange().call, key, false)).toBe('here');
  expect([asked[1]?.gone, asked[1]?.excludedNodes]).toEqual([['us-east/2~x'], []]);
});

test('a node of the region that the edge left out, and that refuses, is proven gone: nobody waits for its lease', async () => {
  const { gate, asked } = gateWith([here, owned], ['refused'], ['http://us-east/2']);
  const exchange = createExchange({ excludedNodes: ['us-east/2', 'eu-west/1'] });
  expect(await gate.pass(exchange.call, key, false)).toBe('here');
  expect(asked.map(({ excludedNodes, gone }) => [excludedNodes, gone])).toEqual([
    [['eu-west/1'], undefined],
    [['eu-west/1'], ['us-east/2~x']],
  ]);
});

test('a node that the edge left out stays left out as long as somebody listens there', async () => {
  const { gate, asked } = gateWith([owned]);
  expect(await gate.pass(createExchange({ excludedNodes: ['us-east/2'] }).call, key, false)).toBe('here');
  expect(asked[0]?.excludedNodes).toEqual(['us-east/2']);
});

test('an owner that declines is not held to be dead: the request looks again', async () => {
  const { gate, asked } = gateWith([here, owned], ['declined']);
  expect(await gate.pass(createExchange().call, key, false)).toBe('here');
  expect([asked[1]?.gone, asked[1]?.excludedNodes]).toEqual([undefined, []]);
});

test('a forwarded request is not forwarded again', async () => {
  const exchange = createExchange({ forwarded: true });
  const { gate, sentTo } = gateWith([here]);
  expect(await gate.pass(exchange.call, key, false)).toBe('answered');
  expect([exchange.status(), exchange.header('x-handover-refused'), sentTo.length]).toEqual([503, 'ownership.busy', 0]);
});

test('owners that fail one after the other end in a refusal, not in a loop', async () => {
  const exchange = createExchange();
  const { gate, sentTo } = gateWith([here, here, here], ['lost', 'lost', 'lost']);
  expect(await gate.pass(exchange.call, key, false)).toBe('answered');
  expect([exchange.status(), sentTo.length]).toEqual([503, 3]);
});

test('an ended session is 403 with code 603', async () => {
  const exchange = createExchange();
  await gateWith([{ kind: 'ended' }]).gate.pass(exchange.call, key, false);
  expect(exchange.status()).toBe(403);
  expect(exchange.body()).toMatchObject({ status: { code: 603 }, errors: [{ code: 'session.ended' }], requestId: 'request-1' });
});

test('nobody who can act is 503 that says nothing was executed and when to come back', async () => {
  const exchange = createExchange();
  await gateWith([{ kind: 'unavailable', code: 'ownership.unsure', retryAfterMs: 500 }]).gate.pass(exchange.call, key, false);
  expect([exchange.status(), exchange.header('x-handover-refused'), exchange.header('retry-after')]).toEqual([
    503,
    'ownership.unsure',
    '1',
  ]);
});

const statisticsKey = { ...key, service: 'statistics' } as const;

test('what is no agent session leaves the pin alone, and is not judged by it', async () => {
  const exchange = createExchange();
  exchange.call.context.pinEpoch = 99;
  const { gate, asked } = gateWith([owned]);
  expect(await gate.pass(exchange.call, statisticsKey, true)).toBe('here');
  expect([exchange.header('x-handover-epoch'), asked[0]?.pinEpoch]).toEqual([undefined, undefined]);
});

const unsure: OwnershipRefusal = { kind: 'unavailable', code: 'ownership.unsure', retryAfterMs: 100 };

test('what is no agent session is served unowned when nobody can say whose it is, but not by a node that drains', async () => {
  expect(await gateWith([unsure]).gate.pass(createExchange().call, statisticsKey, true)).toBe('here');
  expect(await gateWith([unsure], [], [], true).gate.pass(createExchange().call, statisticsKey, true)).toBe('answered');
  expect(await gateWith([unsure]).gate.pass(createExchange().call, key, true)).toBe('answered');
});
