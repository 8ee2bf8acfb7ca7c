import { readRegions, type RegionInput } from '@handover/regions';
import { describe, expect, it } from 'vitest';
import { canMove, choose, type OriginState, type Outlook, type Want } from './route.ts';
import { createRush } from './rush.ts';

const region = (name: string, failover: string[], more: Partial<RegionInput> = {}): RegionInput => ({
  name,
  location: `/${name}`,
  origins: [
    { node: `${name}/1`, url: `http://${name}-1` },
    { node: `${name}/2`, url: `http://${name}-2` },
  ],
  failover,
  ...more,
});
const registry = readRegions({
  regions: [
    region('us', ['eu', 'ap'], { priority: 1, continents: ['NA'], position: { latitude: 38.9, longitude: -77.5 } }),
    region('eu', ['us'], { priority: 2, continents: ['EU'], countries: ['IL'], position: { latitude: 53.3, longitude: -6.3 } }),
    region('ap', ['us'], { priority: 3, position: { latitude: 35.7, longitude: 139.7 } }),
  ],
  homes: { acme: 'eu' },
});
const nowMs = 1_800_000_000_000;
const outlook = (states: Record<string, OriginState> = {}, drains: Record<string, number> = {}): Outlook => ({
  nowMs,
  origins: url => states[url] ?? 'up',
  drains,
});
const none: ReadonlySet<string> = new Set();
const want = (more: Partial<Want> = {}): Want => ({ policy: 'sticky', excluded: none, avoided: none, left: none, random: 0, ...more });
const pin = (name: string, node = ''): Want['pin'] => ({ region: name, epoch: 7, expiry: nowMs / 1_000 + 60, node });
const down = (...names: string[]): Record<string, OriginState> =>
  Object.fromEntries(names.flatMap(name => [1, 2].map(n => [`http://${name}-${n}`, 'down' as const])));
const pick = (asked: Want, known = outlook()): string | undefined => {
  const choice = choose(registry, known, asked);
  return choice && `${choice.origin.node} ${choice.why}${choice.panic ? ' panic' : ''}`;
};

describe('choice of a region', () => {
  it('follows a pin before everything the client did not sign', () => {
    expect(pick(want({ pin: pin('ap'), tenant: 'acme', near: { continent: 'NA' } }))).toBe('ap/1 pin');
  });

  it('follows a 421 before the pin, and the tag of a code before the pin', () => {
    expect(pick(want({ pin: pin('ap'), replay: 'eu' }))).toBe('eu/1 replay');
    expect(pick(want({ pin: pin('ap'), codeRegion: 'eu' }))).toBe('eu/1 code');
  });

  it('ignores the pin where the route says so', () => {
    expect(pick(want({ pin: pin('ap'), policy: 'none' }))).toBe('us/1 priority');
  });

  it('takes the tenant home without a pin, and the nearest without a home', () => {
    expect(pick(want({ tenant: 'acme', near: { continent: 'NA' } }))).toBe('eu/1 home');
    expect(pick(want({ tenant: 'nobody', near: { continent: 'EU' } }))).toBe('eu/1 near');
    expect(pick(want({ near: { country: 'IL', continent: 'AS' } }))).toBe('eu/1 near');
    expect(pick(want({ near: { continent: 'AS', latitude: 37.6, longitude: 127 } }))).toBe('ap/1 near');
  });

  it('gives a region that has just come back a growing share of those who have no tie to it', () => {
    const back = (sinceMs: number): Outlook => ({
      ...outlook(),
      recoveredMs: url => (url.startsWith('http://us') ? nowMs - sinceMs : undefined),
    });
    expect(pick(want({ random: 0.05 }), back(0))).toBe('us/1 priority');
    expect(pick(want({ random: 0.15 }), back(0))).toBe('eu/1 failover');
    expect(pick(want({ random: 0.5 }), back(10_000))).toBe('eu/2 failover');
    expect(pick(want({ random: 0.5 }), back(20_000))).toBe('us/2 priority');
    expect(pick(want({ random: 0.99 }), back(30_000))).toBe('us/2 priority');
    expect(pick(want({ random: 0.99, pin: pin('us') }), back(0))).toBe('us/2 pin');
    expect(pick(want({ random: 0.99, codeRegion: 'us' }), back(0))).toBe('us/2 code');
  });

  it('takes newcomers at once while few come, and by its share when many do', () => {
    const back: Outlook = { ...outlook(), recoveredMs: url => (url.startsWith('http://us') ? nowMs : undefined) };
    const rush = createRush(() => 0.5);
    const chosen = Array.from({ length: 21 }, () => pick(want({ random: 0, rush: () => rush.draw(nowMs) }), back));
    expect(chosen.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'us/1 priority'));
    expect(chosen.at(-1)).toBe('eu/1 failover');
    expect(pick(want({ rush: () => rush.draw(nowMs + 1_000) }), back)).toBe('us/1 priority');
  });

  it('lets a region with one origin that was never lost take everybody, and one that is alone', () => {
    const half: Outlook = { ...outlook(), recoveredMs: url => (url === 'http://us-1' ? nowMs : undefined) };
    expect(pick(want({ random: 0.99 }), half)).toBe('us/2 priority');
    const alone: Outlook = { ...outlook(down('eu', 'ap')), recoveredMs: () => nowMs };
    expect(pick(want({ random: 0.99 }), alone)).toBe('us/2 priority');
    const lost: Outlook = { ...outlook(down('us', 'eu', 'ap')), recoveredMs: url => (url.startsWith('http://us') ? nowMs : undefined) };
    expect(pick(want({ random: 0.99 }), lost)).toBe('us/2 priority panic');
  });

  it('takes the priority when nothing is known, and names that exist nowhere are nothing', () => {
    expect(pick(want())).toBe('us/1 priority');
    expect(pick(want({ pin: pin('mars'), codeRegion: 'venus', replay: 'constructor', tenant: '__proto__' }))).toBe('us/1 priority');
  });

  it('goes along the failover order of the first choice when that is down', () => {
    expect(pick(want({ pin: pin('us') }), outlook(down('us')))).toBe('eu/1 failover');
    expect(pick(want({ pin: pin('us') }), outlook(down('us', 'eu')))).toBe('ap/1 failover');
    expect(pick(want({ pin: pin('ap') }), outlook(down('ap')))).toBe('us/1 failover');
  });

  it('stays in a region as long as one of its URLs serves', () => {
    expect(pick(want({ pin: pin('us', '1') }), outlook({ 'http://us-1': 'down' }))).toBe('us/2 pin');
  });

  it('prefers the node in the pin, and spreads requests without a hint', () => {
    expect(pick(want({ pin: pin('us', '2') }))).toBe('us/2 pin');
    expect(pick(want({ random: 0.99 }))).toBe('us/2 priority');
    expect(pick(want({ pin: pin('us', 'gone') }))).toBe('us/1 pin');
  });

  it('never returns an excluded or avoided node or a region left, panic included', () => {
    const excluded = new Set(['us/1', 'eu/1']);
    expect(pick(want({ pin: pin('us', '1'), excluded }))).toBe('us/2 pin');
    expect(pick(want({ pin: pin('us', '1'), excluded, left: new Set(['us']) }))).toBe('eu/2 failover');
    const all = new Set(registry.regions.flatMap(each => each.origins.map(origin => origin.node)));
    expect(pick(want({ excluded: all }))).toBeUndefined();
    expect(pick(want({ avoided: all }))).toBeUndefined();
  });
});

describe('states of a region', () => {
  it('serves pinned sessions of a draining region until its deadline and sends new ones elsewhere', () => {
    const draining = outlook({}, { us: nowMs + 1 });
    expect(pick(want({ pin: pin('us') }), draining)).toBe('us/1 pin');
    expect(pick(want(), draining)).toBe('eu/1 failover');
    expect(pick(want({ pin: pin('us') }), outlook({}, { us: nowMs }))).toBe('eu/1 failover');
  });

  it('sends only hinted requests to a node that drains', () => {
    const draining = outlook({ 'http://us-1': 'draining' });
    expect(pick(want({ pin: pin('us', '1') }), draining)).toBe('us/1 pin');
    expect(pick(want({ pin: pin('us') }), draining)).toBe('us/2 pin');
  });

  it('prefers a draining region to none', () => {
    expect(pick(want(), outlook(down('us', 'ap'), { eu: nowMs + 1 }))).toBe('eu/1 failover');
  });

  it('never ejects the last one: with all down it goes on as if they were up, and says so', () => {
    expect(pick(want({ pin: pin('eu', '2') }), outlook(down('us', 'eu', 'ap')))).toBe('eu/2 pin panic');
  });

  it('gives up instead when it is told to fail closed', () => {
    expect(choose(registry, outlook(down('us', 'eu', 'ap')), want(), 'fail-closed')).toBeUndefined();
  });

  it('moves a waiting request only to somebody who serves', () => {
    expect(canMove(registry, outlook(down('us')), want({ pin: pin('us', '1') }), 'us/1')).toBe(true);
    expect(canMove(registry, outlook(down('us', 'eu', 'ap')), want({ pin: pin('us', '1') }), 'us/1')).toBe(false);
  });
});
