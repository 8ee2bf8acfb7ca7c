import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

function stage(limit: number) {
  const turns = new Turns(limit);
  const begun: string[] = [];
  const done = new Map<string, () => void>();
  const take = (name: string): (() => void) =>
    turns.take(end => {
      begun.push(name);
      done.set(name, end);
    });
  return { turns, begun, take, end: (name: string) => done.get(name)?.() };
}

describe('turns', () => {
  it('go to so many at once, then to the oldest who waits', () => {
    const { turns, begun, take, end } = stage(2);
    for (const name of ['a', 'b', 'c', 'd']) take(name);
    expect(begun).toEqual(['a', 'b']);
    expect(turns.length).toBe(2);
    end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('say how many had waited once nobody waits any more, each time anew', () => {
    const peaks: number[] = [];
    const turns = new Turns(1, peak => peaks.push(peak));
    const ends: (() => void)[] = [];
    const take = (): (() => void) => turns.take(end => ends.push(end));
    take();
    take();
    const leave = take();
    leave();
    expect(peaks).toEqual([]);
    ends[0]?.();
    expect(peaks).toEqual([2]);
    take()();
    expect(peaks).toEqual([2, 1]);
  });

  it('count as one when they are given back twice', () => {
    const { begun, take, end } = stage(1);
    for (const name of ['a', 'b', 'c']) take(name);
    end('a');
    end('a');
    expect(begun).toEqual(['a', 'b']);
  });

  it('pass over who no longer waits', () => {
    const { begun, take, end } = stage(1);
    take('a');
    const leave = take('b');
    take('c');
    leave();
    end('a');
    expect(begun).toEqual(['a', 'c']);
  });
});
