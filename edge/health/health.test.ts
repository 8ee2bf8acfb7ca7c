import { describe, expect, it } from 'vitest';
import { confirmDown, judge, unprobed, type Probe, type Verdict } from './judge.ts';
import { createHealthView, type Snapshot } from './view.ts';
import { createWindow } from './window.ts';

const nowMs = 1_800_000_000_000;
const ok: Probe = { kind: 'ok', draining: false, ms: 1 };
const silent: Probe = { kind: 'silent' };
const after = (probes: Probe[], from = unprobed(nowMs)): Verdict =>
  probes.reduce((verdict, probe, index) => judge(verdict, probe, nowMs + index), from);

describe('verdict on an origin', () => {
  it('counts as up before the first probe', () => {
    expect(unprobed(nowMs).state).toBe('up');
  });

  it('falls after three failures in a row and not before', () => {
    expect(after([silent, silent]).state).toBe('up');
    expect(after([silent, silent, ok, silent, silent]).state).toBe('up');
    expect(after([silent, silent, { kind: 'status', status: 500 }])).toMatchObject({
      state: 'down',
      reason: '3 probes failed, the last: answered 500',
    });
  });

  it('rises after two passes in a row', () => {
    const down = after([silent, silent, silent]);
    expect(after([ok], down).state).toBe('down');
    expect(after([ok, silent, ok], down).state).toBe('down');
    expect(after([ok, ok], down).state).toBe('up');
  });

  it('remembers when it came back, and only then: a new edge has seen nothing fall', () => {
    expect(after([ok, ok]).recoveredMs).toBeUndefined();
    const risen = after([ok, ok], after([silent, silent, silent]));
    expect(risen.recoveredMs).toBe(risen.sinceMs);
    expect(after([{ kind: 'ok', draining: true, ms: 1 }, ok], risen).recoveredMs).toBe(risen.recoveredMs);
  });

  it('follows what the origin says about draining', () => {
    expect(after([{ kind: 'ok', draining: true, ms: 1 }]).state).toBe('draining');
    expect(after([{ kind: 'ok', draining: true, ms: 1 }, ok]).state).toBe('up');
  });

  it('is down at once when confirmed, and rises only by passes', () => {
    const down = confirmDown(unprobed(nowMs), { kind: 'lost' }, nowMs);
    expect(down).toMatchObject({ state: 'down', reason: 'confirmed for a waiting request: connection refused or lost' });
    expect(after([ok], down).state).toBe('down');
  });

  it('keeps the time since when it holds', () => {
    expect(after([silent, silent, silent, silent]).sinceMs).toBe(nowMs + 2);
  });
});

const snapshot = (state: Verdict['state'], probedMs: number): Snapshot => ({
  takenMs: probedMs,
  vantage: 'local',
  origins: { 'http://a': { ...unprobed(nowMs), state, probedMs } },
  drains: {},
});

describe('view of one isolate', () => {
  it('lets one caller fetch at a time, and another when that one stays away', () => {
    const view = createHealthView();
    expect(view.claimRefresh(nowMs)).toBe(true);
    expect(view.claimRefresh(nowMs + 999)).toBe(false);
    expect(view.claimRefresh(nowMs + 1_000)).toBe(true);
    view.accept(snapshot('up', nowMs), nowMs + 1_010);
    expect(view.claimRefresh(nowMs + 1_400)).toBe(false);
    expect(view.claimRefresh(nowMs + 1_410)).toBe(true);
  });

  it('believes a confirmed death until the health object has looked since', () => {
    const view = createHealthView();
    view.confirmed('http://a', true, nowMs);
    view.accept(snapshot('up', nowMs - 1), nowMs + 5);
    expect(view.outlook(nowMs + 5).origins('http://a')).toBe('down');
    view.accept(snapshot('up', nowMs + 900), nowMs + 905);
    expect(view.outlook(nowMs + 905).origins('http://a')).toBe('up');
  });

  it('forgets a snapshot that nobody renews', () => {
    const view = createHealthView();
    view.accept(snapshot('down', nowMs), nowMs);
    expect(view.outlook(nowMs + 9_999).origins('http://a')).toBe('down');
    expect(view.outlook(nowMs + 10_000).origins('http://a')).toBe('up');
  });

  it('has one caller confirm a lost connection and tells the others to wait for it', () => {
    const view = createHealthView();
    expect(view.lost('http://a', nowMs)).toBe(true);
    expect(view.lost('http://a', nowMs + 1)).toBe(false);
    expect(view.suspected('http://a', nowMs + 1)).toBe(true);
    view.confirmed('http://a', false, nowMs + 2);
    expect(view.suspected('http://a', nowMs + 3)).toBe(false);
    expect(view.outlook(nowMs + 3).origins('http://a')).toBe('up');
  });
});

describe('the watch of parked polls', () => {
  it('is held by one, kept by that one, and free when it ends or lapses', () => {
    const view = createHealthView();
    const [a, b] = [{}, {}];
    expect(view.holdWatch(a, nowMs, nowMs + 1_200)).toBe(true);
    expect(view.holdWatch(b, nowMs + 1, nowMs + 1_201)).toBe(false);
    expect(view.holdWatch(a, nowMs + 500, nowMs + 1_700)).toBe(true);
    view.endWatch(b);
    expect(view.holdWatch(b, nowMs + 1_699, nowMs + 2_899)).toBe(false);
    expect(view.holdWatch(b, nowMs + 1_700, nowMs + 2_900)).toBe(true);
    view.endWatch(b);
    expect(view.holdWatch(a, nowMs + 1_701, nowMs + 2_901)).toBe(true);
  });

  it('wakes everybody when a verdict falls, and not again while it stays', async () => {
    const view = createHealthView();
    const woken: string[] = [];
    const wait = (name: string): void => void view.next(60_000).woken.then(() => woken.push(name));
    wait('a');
    wait('b');
    view.accept(snapshot('up', nowMs), nowMs);
    await Promise.resolve();
    expect(woken).toEqual([]);
    view.accept(snapshot('down', nowMs + 1), nowMs + 1);
    await Promise.resolve();
    expect(woken).toEqual(['a', 'b']);
    wait('c');
    view.accept(snapshot('down', nowMs + 2), nowMs + 2);
    await Promise.resolve();
    expect(woken).toEqual(['a', 'b']);
  });
});

describe('passive evidence', () => {
  it('needs five failures that are half of what was seen in ten seconds', () => {
    const window = createWindow();
    for (let n = 0; n < 4; n += 1) window.add(false, nowMs);
    expect(window.ejected(nowMs)).toBe(false);
    window.add(false, nowMs + 1);
    expect(window.ejected(nowMs + 1)).toBe(true);
  });

  it('does not eject what mostly works', () => {
    const window = createWindow();
    for (let n = 0; n < 20; n += 1) window.add(true, nowMs);
    for (let n = 0; n < 10; n += 1) window.add(false, nowMs);
    expect(window.ejected(nowMs)).toBe(false);
  });

  it('slides: failures that are spread over minutes never add up', () => {
    const window = createWindow();
    for (let n = 0; n < 50; n += 1) window.add(false, nowMs + n * 3_000);
    expect(window.ejected(nowMs + 49 * 3_000)).toBe(false);
  });

  it('comes back by itself, and stays out longer on repeats', () => {
    const window = createWindow();
    const fail = (atMs: number): void => {
      for (let n = 0; n < 5; n += 1) window.add(false, atMs);
    };
    fail(nowMs);
    expect(window.ejected(nowMs + 1_999)).toBe(true);
    expect(window.ejected(nowMs + 2_000)).toBe(false);
    fail(nowMs + 3_000);
    expect(window.ejected(nowMs + 6_999)).toBe(true);
    expect(window.ejected(nowMs + 7_000)).toBe(false);
  });
});
