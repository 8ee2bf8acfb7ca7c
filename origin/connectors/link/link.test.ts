import { silentLogger } from '@handover/shared/log';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import { createFakeDriver } from '../fakes/index.ts';
import { createLink, type LinkOptions } from './link.ts';

const first = { host: 'a', port: 1 };
const second = { host: 'b', port: 2 };

function linked(options: Partial<LinkOptions<string>> = {}) {
  const clock = createFakeClock();
  const driver = createFakeDriver();
  const seen: string[] = [];
  let reference = 0;
  const link = createLink<string>({
    name: 'test',
    endpoints: [first],
    protocol: 'tlib',
    driver,
    clock,
    random: () => 1,
    log: silentLogger,
    nextReference: () => ++reference,
    idleMs: undefined,
    handshake: {
      request: referenceID => ({ messageName: 'Hello', referenceID }),
      read: message =>
        message.messageName === 'Welcome'
          ? { kind: 'up', info: 'info' }
          : message.messageName === 'GoAway'
            ? { kind: 'refused', why: 'not here' }
            : { kind: 'more' },
    },
    handlers: {
      up: info => seen.push(`up ${info}`),
      message: message => seen.push(message.messageName),
      gap: () => seen.push('gap'),
      drained: () => seen.push('drained'),
      down: why => seen.push(`down ${why}`),
    },
    ...options,
  });
  const open = (): void => {
    clock.advance(0);
    driver.channels.at(-1)?.accept();
    driver.channels.at(-1)?.say({ messageName: 'Welcome' });
  };
  return { clock, driver, seen, link, open };
}

test('a link is up only after the server has answered its registration', () => {
  const { clock, driver, seen, link } = linked();
  link.start();
  clock.advance(0);
  const channel = driver.to(1);
  channel.accept();
  expect(channel.sent).toEqual([{ messageName: 'Hello', referenceID: 1 }]);
  expect(link.phase).toBe('registering');
  channel.say({ messageName: 'Other' });
  expect(seen).toEqual([]);
  channel.say({ messageName: 'Welcome' });
  expect(seen).toEqual(['up info']);
  expect(link.drained).toBe(true);
});

test('a message sent while the link is not up goes nowhere', () => {
  const { clock, driver, link } = linked();
  link.start();
  clock.advance(0);
  driver.to(1).accept();
  link.send({ messageName: 'Early' });
  expect(driver.to(1).sent.map(message => message.messageName)).toEqual(['Hello']);
});

test('a lost link that was stable is retried at once, then after 250 ms', () => {
  const { clock, driver, seen, link, open } = linked();
  link.start();
  open();
  clock.advance(5_000);
  driver.to(1).break();
  expect(seen).toEqual(['up info', 'down ECONNRESET']);
  clock.advance(0);
  expect(driver.channels).toHaveLength(2);
  driver.to(1).break('ECONNREFUSED');
  clock.advance(249);
  expect(driver.channels).toHaveLength(2);
  clock.advance(1);
  expect(driver.channels).toHaveLength(3);
});

test('a link that falls as soon as it is up does not spin', () => {
  const { clock, driver, link, open } = linked();
  link.start();
  for (let i = 0; i < 6; i += 1) {
    open();
    driver.to(1).break();
    clock.advance(20);
  }
  expect(driver.channels.length).toBe(1);
  clock.advance(250);
  expect(driver.channels.length).toBe(2);
});

test('the next address follows a lost one at once', () => {
  const { clock, driver, link, open } = linked({ endpoints: [first, second] });
  link.start();
  open();
  driver.to(1).break();
  clock.advance(0);
  expect(driver.to(2).endpoint).toEqual(second);
});

test('a refused registration leads to the next address', () => {
  const { clock, driver, seen, link } = linked({ endpoints: [first, second] });
  link.start();
  clock.advance(0);
  driver.to(1).accept();
  driver.to(1).say({ messageName: 'GoAway' });
  expect(driver.to(1).closedByLink).toBe(true);
  expect(link.status().lastError).toBe('not here');
  clock.advance(0);
  expect(driver.to(2).endpoint).toEqual(second);
  expect(seen).toEqual([]);
});

test('a server that accepts but says nothing is given up', () => {
  const { clock, driver, link } = linked({ endpoints: [first, second], connectMs: 1_000 });
  link.start();
  clock.advance(0);
  driver.to(1).accept();
  clock.advance(1_000);
  expect(driver.to(1).closedByLink).toBe(true);
  clock.advance(0);
  expect(driver.to(2).endpoint).toEqual(second);
});

test('a skipped sequence number is told before the event that shows it', () => {
  const { driver, seen, link, open } = linked();
  link.start();
  open();
  const channel = driver.to(1);
  channel.say({ messageName: 'One', eventSequenceNumber: 7 });
  channel.say({ messageName: 'Two', eventSequenceNumber: 8 });
  channel.say({ messageName: 'Three', eventSequenceNumber: 10 });
  expect(seen).toEqual(['up info', 'One', 'Two', 'gap', 'Three']);
});

test('sequence numbers start anew with a connection', () => {
  const { clock, driver, seen, link, open } = linked();
  link.start();
  open();
  driver.to(1).say({ messageName: 'One', eventSequenceNumber: 41 });
  driver.to(1).break();
  clock.advance(1_000);
  open();
  driver.to(1).say({ messageName: 'Two', eventSequenceNumber: 1 });
  expect(seen).not.toContain('gap');
});

test('a keep-alive request is answered and not passed on', () => {
  const { driver, seen, link, open } = linked();
  link.start();
  open();
  driver.to(1).say({ messageName: 'KeepAliveRequest' });
  expect(driver.to(1).sent.at(-1)).toEqual({ messageName: 'KeepAliveAnswer' });
  expect(seen).toEqual(['up info']);
});

test('a server without a sign of life is lost', () => {
  const { clock, driver, seen, link, open } = linked({ idleMs: 1_000 });
  link.start();
  open();
  clock.advance(1_000);
  expect(driver.to(1).sent.at(-1)).toEqual({ messageName: 'KeepAliveRequest' });
  driver.to(1).say({ messageName: 'KeepAliveAnswer' });
  clock.advance(1_000);
  expect(link.phase).toBe('up');
  clock.advance(1_000);
  expect(seen).toEqual(['up info', 'down no sign of life']);
});

test('what a given-up connection still says is ignored', () => {
  const { clock, driver, seen, link, open } = linked();
  link.start();
  open();
  const old = driver.to(1);
  link.drop('test');
  clock.advance(1_000);
  open();
  old.break('late');
  expect(link.phase).toBe('up');
  expect(seen).toEqual(['up info', 'down test', 'up info']);
});

test('a stopped link opens nothing more and leaves no timer', () => {
  const { clock, driver, seen, link, open } = linked({ idleMs: 1_000 });
  link.start();
  open();
  link.stop();
  expect(seen.at(-1)).toBe('down stopped');
  clock.advance(60_000);
  expect(driver.channels).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('the status names the address, the phase and the losses', () => {
  const { clock, driver, link, open } = linked();
  link.start();
  open();
  driver.to(1).break('ETIMEDOUT');
  expect(link.status()).toMatchObject({ name: 'test', phase: 'waiting', endpoint: first, losses: 1, lastError: 'ETIMEDOUT' });
  expect(link.status().sinceMs).toBe(clock.now());
});
