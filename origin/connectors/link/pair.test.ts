import { silentLogger } from '@handover/shared/log';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import { createFakeDriver } from '../fakes/index.ts';
import { createPair, type PairMode, type ServerRole } from './pair.ts';

type RoleMessage = { messageName: string; role?: ServerRole };

function paired(mode: PairMode) {
  const clock = createFakeClock();
  const driver = createFakeDriver();
  const seen: string[] = [];
  let reference = 0;
  const pair = createPair<{ role: ServerRole }>({
    name: 'pair',
    mode,
    endpoints: [
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ].slice(0, mode === 'single' ? 1 : 2),
    protocol: 'tlib',
    driver,
    clock,
    random: () => 1,
    log: silentLogger,
    nextReference: () => ++reference,
    idleMs: undefined,
    handshake: {
      request: referenceID => ({ messageName: 'Hello', referenceID }),
      read: message => ({ kind: 'up', info: { role: (message as RoleMessage).role ?? 'Primary' } }),
    },
    newsFrom: message => {
      const { role } = message as RoleMessage;
      if (message.messageName === 'LinkOut') return { inService: false };
      if (message.messageName === 'LinkIn') return { inService: true };
      return role === undefined ? undefined : { role };
    },
    handlers: {
      memberUp: () => undefined,
      memberDown: () => undefined,
      message: (member, message) => seen.push(`${member.index}:${message.messageName}${pair.active === member ? '*' : ''}`),
      drained: () => undefined,
      change: change => seen.push(change),
    },
  });
  const up = (port: number, role: ServerRole): void => {
    clock.advance(0);
    driver.to(port).accept();
    driver.to(port).say({ messageName: 'Welcome', role });
  };
  return { clock, driver, seen, pair, up };
}

test('hot standby connects to both and serves from the primary', () => {
  const { seen, pair, up } = paired('hot');
  pair.start();
  up(2, 'Backup');
  expect(pair.state).toBe('down');
  up(1, 'Primary');
  expect(pair.active?.index).toBe(0);
  expect(seen).toEqual(['restored']);
});

test('hot standby: the backup takes over without a loss being told', () => {
  const { driver, seen, pair, up } = paired('hot');
  pair.start();
  up(1, 'Primary');
  up(2, 'Backup');
  driver.to(1).break();
  expect(pair.state).toBe('switching');
  expect(pair.active).toBeUndefined();
  driver.to(2).say({ messageName: 'Changed', role: 'Primary' });
  expect(pair.active?.index).toBe(1);
  expect(seen).toEqual(['restored', 'switched', '1:Changed*']);
});

test('hot standby: a backup that does not take over in 2 s is a loss', () => {
  const { clock, driver, seen, pair, up } = paired('hot');
  pair.start();
  up(1, 'Primary');
  up(2, 'Backup');
  driver.to(1).break();
  clock.advance(1_999);
  expect(seen).toEqual(['restored']);
  clock.advance(1);
  expect(seen).toEqual(['restored', 'lost']);
  driver.to(2).say({ messageName: 'Changed', role: 'Primary' });
  expect(seen.slice(0, 3)).toEqual(['restored', 'lost', 'restored']);
});

test('hot standby: losing both is a loss at once', () => {
  const { driver, seen, pair, up } = paired('hot');
  pair.start();
  up(1, 'Primary');
  up(2, 'Backup');
  driver.to(1).break();
  driver.to(2).break();
  expect(seen).toEqual(['restored', 'lost']);
});

test('a frozen primary is left as soon as the other announces itself', () => {
  const { driver, seen, pair, up } = paired('hot');
  pair.start();
  up(1, 'Primary');
  up(2, 'Backup');
  driver.to(2).say({ messageName: 'Changed', role: 'Primary' });
  expect(pair.active?.index).toBe(1);
  // What the old one says after its thaw is not taken.
  driver.to(1).say({ messageName: 'Old' });
  expect(seen).toEqual(['restored', 'switched', '1:Changed*', '0:Old']);
});

test('the loss of a backup is nothing to tell', () => {
  const { driver, seen, pair, up } = paired('hot');
  pair.start();
  up(1, 'Primary');
  up(2, 'Backup');
  driver.to(2).break();
  expect(seen).toEqual(['restored']);
  expect(pair.state).toBe('up');
});

test('a server whose switch link is out does not serve', () => {
  const { driver, seen, pair, up } = paired('single');
  pair.start();
  up(1, 'Primary');
  driver.to(1).say({ messageName: 'LinkOut' });
  expect(pair.state).toBe('down');
  driver.to(1).say({ messageName: 'LinkIn' });
  expect(seen).toEqual(['restored', 'lost', '0:LinkOut', 'restored', '0:LinkIn*']);
});

test('warm standby passes over the backup and finds the primary', () => {
  const { clock, driver, seen, pair, up } = paired('warm');
  pair.start();
  up(1, 'Backup');
  expect(pair.state).toBe('down');
  up(2, 'Primary');
  expect(pair.active?.link.status().endpoint.port).toBe(2);
  driver.to(2).break();
  expect(seen).toEqual(['restored', 'lost']);
  clock.advance(250);
  up(1, 'Primary');
  expect(seen).toEqual(['restored', 'lost', 'restored']);
});

test('warm standby leaves a server that becomes the backup', () => {
  const { driver, seen, pair, up } = paired('warm');
  pair.start();
  up(1, 'Primary');
  driver.to(1).say({ messageName: 'Changed', role: 'Backup' });
  expect(driver.to(1).closedByLink).toBe(true);
  expect(seen).toEqual(['restored', 'lost']);
});

test('a missing event of the primary is told like a switch-over, one of the backup is not', () => {
  const { driver, seen, pair, up } = paired('hot');
  pair.start();
  up(1, 'Primary');
  up(2, 'Backup');
  for (const eventSequenceNumber of [1, 3]) driver.to(2).say({ messageName: 'B', eventSequenceNumber });
  expect(seen).not.toContain('switched');
  for (const eventSequenceNumber of [1, 3]) driver.to(1).say({ messageName: 'A', eventSequenceNumber });
  expect(seen.filter(entry => entry === 'switched')).toHaveLength(1);
});

test('a stopped pair tells the loss and leaves no timer', () => {
  const { clock, seen, pair, up } = paired('hot');
  pair.start();
  up(1, 'Primary');
  up(2, 'Backup');
  pair.stop();
  expect(seen).toEqual(['restored', 'lost']);
  expect(clock.pending).toBe(0);
});
