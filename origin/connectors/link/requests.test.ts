import { ok, refuse, type Result } from '@handover/shared/result';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import { createRequests, type RequestsOptions } from './requests.ts';

function asked(options: Partial<RequestsOptions> = {}) {
  const clock = createFakeClock();
  const sent: { name: string; referenceID: number }[] = [];
  const socket = {
    drained: true,
    /** Whether one message fills it. */
    fills: false,
    send(message: object) {
      sent.push(message as { name: string; referenceID: number });
      if (socket.fills) socket.drained = false;
    },
  };
  const world = { connected: true };
  let reference = 100;
  const requests = createRequests({
    clock,
    nextReference: () => ++reference,
    target: () => (world.connected ? socket : undefined),
    maxQueued: 3,
    maxPending: 2,
    ...options,
  });
  const ask = (name: string, admit: () => Result<object, string> = () => ok({})) =>
    requests.request({
      compose: referenceID => {
        const admitted = admit();
        return admitted.ok ? ok({ name, referenceID }) : admitted;
      },
      deadlineMs: 1_000,
    });
  return { clock, sent, socket, world, requests, ask };
}

test('an answer goes to the request whose reference it carries', async () => {
  const { clock, requests, ask } = asked();
  const one = ask('one');
  const two = ask('two');
  requests.receive({ messageName: 'B', referenceID: 102 });
  requests.receive({ messageName: 'A', referenceID: 101 });
  expect(await one).toEqual(ok({ messageName: 'A', referenceID: 101 }));
  expect(await two).toEqual(ok({ messageName: 'B', referenceID: 102 }));
  expect(clock.pending).toBe(0);
});

test('admission is asked in the tick of the write, not when the request is made', () => {
  const { sent, socket, requests, ask } = asked();
  socket.drained = false;
  const order: string[] = [];
  void ask('one', () => {
    order.push('admitted');
    return ok({});
  });
  expect(order).toEqual([]);
  socket.drained = true;
  requests.pump();
  expect(order).toEqual(['admitted']);
  expect(sent.map(message => message.name)).toEqual(['one']);
});

test('a right that was lost while the command waited stops it', async () => {
  const { sent, socket, requests, ask } = asked();
  socket.drained = false;
  let current = true;
  const result = ask('one', () => (current ? ok({}) : refuse('lost')));
  current = false;
  socket.drained = true;
  requests.pump();
  expect(await result).toEqual(refuse({ kind: 'fenced', why: 'lost' }));
  expect(sent).toEqual([]);
});

test('nothing is written behind a message that still waits in the socket', () => {
  const { sent, socket, requests, ask } = asked();
  socket.fills = true;
  void ask('one');
  void ask('two');
  void ask('three');
  expect(sent.map(message => message.name)).toEqual(['one']);
  socket.drained = true;
  requests.pump();
  expect(sent.map(message => message.name)).toEqual(['one', 'two']);
});

test('a refused command does not hold up those behind it', async () => {
  const { sent, socket, requests, ask } = asked();
  socket.drained = false;
  const refused = ask('one', () => refuse('no'));
  void ask('two');
  socket.drained = true;
  requests.pump();
  expect((await refused).ok).toBe(false);
  expect(sent.map(message => message.name)).toEqual(['two']);
});

test('a full queue refuses at once and says that nothing was sent', async () => {
  const { socket, requests, ask } = asked();
  socket.drained = false;
  for (const name of ['one', 'two', 'three']) void ask(name);
  expect(await ask('four')).toEqual(refuse({ kind: 'unavailable' }));
  expect(requests.queued).toBe(3);
});

test('requests beyond the bound of unanswered ones wait', () => {
  const { sent, requests, ask } = asked();
  for (const name of ['one', 'two', 'three']) void ask(name);
  expect(sent.map(message => message.name)).toEqual(['one', 'two']);
  requests.receive({ messageName: 'A', referenceID: 101 });
  expect(sent.map(message => message.name)).toEqual(['one', 'two', 'three']);
});

test('without a link nothing is queued', async () => {
  const { world, requests, ask } = asked();
  world.connected = false;
  expect(await ask('one')).toEqual(refuse({ kind: 'unavailable' }));
  expect(requests.queued).toBe(0);
});

test('what was sent and is not answered in time is unknown; what never left is unavailable', async () => {
  const { clock, socket, requests, ask } = asked();
  const sentOne = ask('one');
  socket.drained = false;
  const waiting = ask('two');
  clock.advance(1_000);
  expect(await sentOne).toEqual(refuse({ kind: 'unknown' }));
  expect(await waiting).toEqual(refuse({ kind: 'unavailable' }));
  expect([requests.queued, requests.pending, clock.pending]).toEqual([0, 0, 0]);
});

test('a lost link makes what was sent unknown and is never the reason to send it again', async () => {
  const { sent, requests, ask } = asked({ mayWait: () => true });
  const one = ask('one');
  requests.failSent();
  requests.pump();
  expect(await one).toEqual(refuse({ kind: 'unknown' }));
  expect(sent).toHaveLength(1);
});

test('what waits for the next server leaves when it is there', () => {
  const { sent, world, requests, ask } = asked({ mayWait: () => true });
  world.connected = false;
  void ask('one');
  expect(sent).toEqual([]);
  world.connected = true;
  requests.pump();
  expect(sent.map(message => message.name)).toEqual(['one']);
});

test('an answer in parts ends with its last part', async () => {
  const { requests } = asked();
  const parts: string[] = [];
  const result = requests.request({
    compose: referenceID => ok({ referenceID }),
    deadlineMs: 1_000,
    isLast: message => {
      parts.push(message.messageName);
      return message.messageName === 'End';
    },
  });
  for (const messageName of ['Part', 'Part', 'End']) requests.receive({ messageName, referenceID: 101 });
  expect(await result).toEqual(ok({ messageName: 'End', referenceID: 101 }));
  expect(parts).toEqual(['Part', 'Part', 'End']);
});

test('a fault while composing refuses that request alone', async () => {
  const { sent, ask } = asked();
  const broken = ask('one', () => {
    throw new Error('broken');
  });
  void ask('two');
  expect(await broken).toEqual(refuse({ kind: 'fenced', why: 'broken' }));
  expect(sent.map(message => message.name)).toEqual(['two']);
});
