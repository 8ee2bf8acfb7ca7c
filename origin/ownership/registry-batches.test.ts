import { describe, expect, it } from 'vitest';
import { createBatches, type BatchOptions, type ScriptCommand } from './registry-batches.ts';

interface Trip {
  readonly commands: readonly ScriptCommand[];
  readonly answer: (replies: unknown[]) => void;
  readonly fail: (error: Error) => void;
}

/** A server that answers when the test says so. */
function stage(options: Partial<BatchOptions> = {}) {
  const trips: Trip[] = [];
  const call = createBatches(commands => new Promise((answer, fail) => trips.push({ commands, answer, fail })), {
    batchLimit: 3,
    inFlight: 1,
    maxWaiting: 10,
    ...options,
  });
  const run = (key: string, script = 'S'): Promise<string> => call({ script, keys: [key], args: [] });
  const echo = (trip: Trip | undefined): void => trip?.answer(trip.commands.map(command => `${command.keys[0]}!`));
  return { trips, run, echo };
}
const tick = (): Promise<void> => new Promise(resolve => setImmediate(() => setImmediate(resolve)));
const keysOf = (trip: Trip | undefined): (string | undefined)[] => (trip?.commands ?? []).map(command => command.keys[0]);

describe('calls of the registry', () => {
  it('that come in one tick share a round trip, and each gets its own answer', async () => {
    const { trips, run, echo } = stage();
    const answers = Promise.all([run('a'), run('b')]);
    await tick();
    expect(trips.map(keysOf)).toEqual([['a', 'b']]);
    echo(trips[0]);
    expect(await answers).toEqual(['a!', 'b!']);
  });

  it('beyond the limits wait in order for the next round trip', async () => {
    const { trips, run, echo } = stage();
    const answers = Promise.all(['a', 'b', 'c', 'd', 'e'].map(key => run(key)));
    await tick();
    expect(trips.map(keysOf)).toEqual([['a', 'b', 'c']]);
    echo(trips[0]);
    await tick();
    expect(keysOf(trips[1])).toEqual(['d', 'e']);
    echo(trips[1]);
    expect(await answers).toHaveLength(5);
  });

  it('are refused when too many wait', async () => {
    const { run } = stage({ maxWaiting: 1 });
    run('a').catch(() => undefined);
    await expect(run('b')).rejects.toThrow(/too many/);
  });

  it('fail one by one when the server says so, and together when no answer comes', async () => {
    const { trips, run } = stage();
    const [bad, good] = [run('a'), run('b')];
    await tick();
    trips[0]?.answer([new Error('ERR'), 'fine']);
    await expect(bad).rejects.toThrow('ERR');
    expect(await good).toBe('fine');
    const lost = Promise.allSettled([run('c'), run('d')]);
    await tick();
    trips[1]?.fail(new Error('timeout'));
    expect((await lost).map(each => each.status)).toEqual(['rejected', 'rejected']);
  });

  it('go on after a round trip that failed', async () => {
    const { trips, run, echo } = stage();
    const lost = run('a');
    await tick();
    const next = run('b');
    trips[0]?.fail(new Error('timeout'));
    await expect(lost).rejects.toThrow('timeout');
    await tick();
    echo(trips[1]);
    expect(await next).toBe('b!');
  });

  it('travel by digest once the server has seen the script, and by text again when it forgot', async () => {
    const { trips, run, echo } = stage();
    const first = run('a');
    await tick();
    expect(trips[0]?.commands[0]?.sha).toBeUndefined();
    echo(trips[0]);
    await first;
    const second = run('b');
    await tick();
    expect(trips[1]?.commands[0]?.sha).toMatch(/^[0-9a-f]{40}$/);
    trips[1]?.answer([new Error('NOSCRIPT No matching script')]);
    await tick();
    expect(trips[2]?.commands[0]?.sha).toBeUndefined();
    echo(trips[2]);
    expect(await second).toBe('b!');
  });

  it('travel by text for good to a server that keeps no scripts', async () => {
    const { trips, run } = stage();
    for (let index = 0; index < 6; index += 1) {
      const answer = run('a');
      for (let settled = false; !settled;) {
        await tick();
        const trip = trips.at(-1);
        trip?.answer(trip.commands.map(({ sha }) => (sha === undefined ? 'fine' : new Error('NOSCRIPT'))));
        settled = trip?.commands[0]?.sha === undefined;
      }
      expect(await answer).toBe('fine');
    }
    expect(trips.filter(trip => trip.commands[0]?.sha !== undefined)).toHaveLength(3);
  });
});
