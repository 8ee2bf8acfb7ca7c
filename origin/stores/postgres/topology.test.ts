import { describe, expect, test } from 'vitest';
import { highestTimeline, readOrder, writableServer, type ServerView } from './topology.ts';

const primary = (timeline: number): ServerView => ({ reachable: true, standby: false, timeline });
const standby = (timeline: number): ServerView => ({ reachable: true, standby: true, timeline });
const gone: ServerView = { reachable: false, standby: false, timeline: 9 };

describe('the server to write to', () => {
  test('is the reachable primary, wherever it is in the list', () => {
    expect(writableServer(1, [standby(1), primary(1)])).toBe(1);
  });

  test('is none when there are only standbys or nobody answers', () => {
    expect(writableServer(1, [standby(1), gone])).toBeUndefined();
    expect(writableServer(0, [])).toBeUndefined();
  });

  test('is the promoted one of two that take themselves for the primary', () => {
    const servers = [primary(1), primary(2)];
    expect(writableServer(highestTimeline(0, servers), servers)).toBe(1);
  });

  test('is none when the only primary was replaced by one that is gone now', () => {
    expect(writableServer(2, [primary(1), gone])).toBeUndefined();
  });
});

describe('the highest timeline', () => {
  test('never falls, and counts only servers that answered', () => {
    expect(highestTimeline(3, [primary(1), standby(2)])).toBe(3);
    expect(highestTimeline(1, [standby(2), gone])).toBe(2);
  });
});

describe('servers to read from', () => {
  test('come in the order of the list, those that do not answer last, and never a replaced primary', () => {
    expect(readOrder(2, [gone, primary(1), standby(2), primary(2)])).toEqual([2, 3, 0]);
  });
});
