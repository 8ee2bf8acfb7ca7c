import { describe, expect, it } from 'vitest';
import { MissedEvents } from './missed-events.ts';

function stage() {
  let nowMs = 1_000;
  const missed = new MissedEvents(() => nowMs);
  return { missed, pass: (ms: number) => void (nowMs += ms) };
}

describe('events that may have been lost on the way', () => {
  it('are those of the last answer, when the client comes back late', () => {
    const { missed, pass } = stage();
    missed.told('c', 'first', true);
    missed.answered('c');
    missed.connecting('c');
    missed.told('c', 'second', true);
    missed.answered('c');
    pass(1_001);
    expect(missed.connecting('c')).toEqual(['second']);
    expect(missed.connecting('c')).toEqual([]);
  });

  it('are unheard while they wait for a connect, and in an answer until the next one', () => {
    const { missed } = stage();
    missed.told('c', 'first', false);
    missed.told('c', 'pushed', true);
    expect(missed.unheard('c')).toEqual(['first']);
    missed.answered('c');
    missed.told('c', 'second', false);
    expect(missed.unheard('c')).toContain('first');
    expect(missed.unheard('c')).toContain('second');
    missed.connecting('c');
    expect(missed.unheard('c')).toEqual(['second']);
    expect(missed.unheard('nobody')).toEqual([]);
  });

  it('are none when the client comes back at once', () => {
    const { missed, pass } = stage();
    missed.told('c', 'first', true);
    missed.answered('c');
    pass(300);
    expect(missed.connecting('c')).toEqual([]);
  });

  it('are none when the answer carried none, however late the client is', () => {
    const { missed, pass } = stage();
    missed.answered('c');
    pass(60_000);
    missed.told('c', 'waits for the connect', true);
    expect(missed.connecting('c')).toEqual([]);
  });

  it('are those pushed in the last moments of a WebSocket that broke', () => {
    const { missed, pass } = stage();
    missed.told('c', 'a while ago', true);
    pass(6_000);
    missed.told('c', 'just now', true);
    missed.broke('c');
    pass(1_000);
    missed.told('c', 'waits for the connect', false);
    expect(missed.reopened('c')).toEqual(['just now']);
    expect(missed.reopened('c')).toBeUndefined();
  });

  it('leave the state to be told when the break was noticed late', () => {
    const { missed, pass } = stage();
    missed.told('c', 'into a dead socket', true);
    pass(20_000);
    missed.broke('c');
    expect(missed.reopened('c')).toEqual([]);
  });

  it('are none for the first WebSocket, and none when nothing was pushed', () => {
    const { missed, pass } = stage();
    missed.told('c', 'waits', false);
    expect(missed.reopened('c')).toBeUndefined();
    missed.told('c', 'pushed', true);
    pass(60_000);
    missed.broke('c');
    expect(missed.reopened('c')).toBeUndefined();
  });

  it('are bounded', () => {
    const { missed } = stage();
    for (let index = 0; index < 80; index += 1) missed.told('c', index, true);
    missed.broke('c');
    expect(missed.reopened('c')).toHaveLength(50);
  });
});
