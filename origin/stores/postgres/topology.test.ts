import { describe, expect, test } from 'vitest';
import { highestTimelines, readOrder, writableServer, type ServerView } from './topology.ts';

const primary = (timeline: number, system = 'a'): ServerView => ({ reachable: true, standby: false, timeline, system, stalled: false });
const standby = (timeline: number): ServerView => ({ reachable: true, standby: true, timeline, system: 'a', stalled: false });
const gone: ServerView = { reachable: false, standby: false, timeline: 9, system: 'a', stalled: false };
const known = (timeline: number): Map<string, number> => new Map([['a', timeline]]);

describe('the server to write to', () => {
  test('is the reachable primary, wherever it is in the list', () => {
    expect(writableServer(known(1), [standby(1), primary(1)])).toEqual({ kind: 'one', index: 1 });
  });

  test('is none when there are only standbys or nobody answers', () => {
    expect(writableServer(known(1), [standby(1), gone])).toEqual({ kind: 'none' });
    expect(writableServer(new Map(), [])).toEqual({ kind: 'none' });
  });

  test('is the promoted one of two that take themselves for the primary', () => {
    const servers = [primary(1), primary(2)];
    expect(writableServer(highestTimelines(new Map(), servers), servers)).toEqual({ kind: 'one', index: 1 });
  });

  test('is none when the only primary was replaced by one that is gone now', () => {
    expect(writableServer(known(2), [primary(1), gone])).toEqual({ kind: 'none' });
  });

  test('is none of two that were both promoted, nor of two that belong to different clusters', () => {
    expect(writableServer(known(2), [primary(2), primary(2)])).toEqual({ kind: 'several' });
    expect(writableServer(known(1), [primary(1), primary(1, 'b')])).toEqual({ kind: 'several' });
  });

  test('is the one of a cluster made anew from a dump, whose timelines begin again', () => {
    expect(writableServer(known(7), [primary(1, 'b')])).toEqual({ kind: 'one', index: 0 });
  });
});

describe('the highest timeline of a cluster', () => {
  test('never falls, and counts only servers that answered', () => {
    expect(highestTimelines(known(3), [primary(1), standby(2)])).toEqual(known(3));
    expect(highestTimelines(known(1), [standby(2), gone])).toEqual(known(2));
  });
});

describe('servers to read from', () => {
  test('come in the order of the list, those that do not answer last, and never a replaced primary', () => {
    expect(readOrder(known(2), [gone, primary(1), standby(2), primary(2)])).toEqual([2, 3, 0]);
  });
});
