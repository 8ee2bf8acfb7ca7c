import type { CfgEvent, CfgObject, CfgObjectType, CfgRequest } from '@handover/shared/genesys';
import type { Logger } from '@handover/shared/log';
import type { Result } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import type { ConfigurationChange } from '../../contracts/configuration.ts';
import { objectTypes, type ObjectTable } from './objects.ts';

type WithoutReference<T> = T extends unknown ? Omit<T, 'referenceID'> : never;
export type CfgCommand = WithoutReference<CfgRequest>;
type Delta = Extract<CfgEvent, { messageName: 'EventObjectCreated' | 'EventObjectUpdated' | 'EventObjectDeleted' }>;

interface Reading {
  readonly type: CfgObjectType;
  readonly objects: readonly CfgObject[];
  /** The last change that is in it. */
  readonly sequence: number;
}

export type AskConfiguration = (
  command: CfgCommand,
  options: { deadlineMs: number; isLast?: (event: CfgEvent) => boolean },
) => Promise<Result<CfgEvent, { kind: string }>>;

/**
 * `loading`: never read completely. `current`: every change up to now is in. `stale`: the last known state.
 * Changes carry a number that rises by one; whatever skips a number is followed by a complete reading.
 */
export interface Mirror {
  readonly state: 'loading' | 'current' | 'stale';
  readonly sequence: number;
  connected(): void;
  disconnected(): void;
  receive(event: CfgEvent): void;
}

const readDeadlineMs = 30_000;
const subscribeDeadlineMs = 5_000;
const catchUpMs = 5_000;
const againMs = 1_000;
const maxBuffered = 100_000;

export function createMirror(options: {
  table: ObjectTable;
  ask: AskConfiguration;
  clock: Clock;
  log: Logger;
  /** The table has advanced; `changes` may be empty. */
  changed: (changes: readonly ConfigurationChange[]) => void;
  current: () => void;
}): Mirror {
  const { table, ask, clock, log } = options;
  let state: Mirror['state'] = 'loading';
  /** The last change that is in the table. */
  let sequence = 0;
  /** Changes that arrive while everything is read; undefined at other times. */
  let buffer: Delta[] | undefined;
  /** The change each type was last read at: those up to it are in, whenever they arrive. */
  let readAt = new Map<CfgObjectType, number>();
  /** While missed changes follow: the last of them. */
  let target: number | undefined;
  /** Rises with each connection and each new reading: what an older one still brings is void. */
  let generation = 0;
  let cancelTimer = (): void => undefined;

  async function begin(): Promise<void> {
    const mine = ++generation;
    cancelTimer();
    // Changes that follow the answer directly are not lost: they are kept from now on.
    buffer = state === 'loading' ? [] : undefined;
    const known = state !== 'loading';
    const answer = await ask(
      {
        messageName: 'RequestRegisterNotification',
        subscriptions: [{ objectType: 'all' }],
        ...(known ? { fromSequence: sequence } : {}),
      },
      { deadlineMs: subscribeDeadlineMs },
    );
    if (mine !== generation) return;
    if (!answer.ok || answer.value.messageName !== 'EventNotificationRegistered') return again('notifications not registered');
    const { gap, sequence: reached } = answer.value;
    if (!known || gap || reached < sequence) return readAll();
    if (reached <= sequence) return becomeCurrent();
    // The missed changes follow; should they not, everything is read.
    cancelTimer = clock.after(catchUpMs, () => {
      if (mine === generation && state !== 'current') void readAll();
    });
    target = reached;
  }

  async function readAll(): Promise<void> {
    const mine = ++generation;
    cancelTimer();
    target = undefined;
    if (state === 'current') state = 'stale';
    buffer ??= [];
    const complete: Reading[] = [];
    // One type after the other: a server drops a client that lets too much pile up.
    for (const type of objectTypes) {
      const reading = await read(type);
      if (mine !== generation) return;
      if (reading === undefined) return again('reading was interrupted');
      complete.push(reading);
    }
    readAt = new Map(complete.map(reading => [reading.type, reading.sequence]));
    const changes = [...table.replaceAll(complete.flatMap(reading => reading.objects))];
    const arrived = buffer ?? [];
    buffer = undefined;
    sequence = Math.min(...readAt.values());
    for (const delta of arrived) {
      if (delta.sequence <= sequence) continue;
      const change = delta.sequence === sequence + 1 ? apply(delta) : 'unknown';
      if (change === 'unknown') {
        options.changed(changes);
        return restart('a change is missing');
      }
      sequence = delta.sequence;
      if (change !== undefined) changes.push(change);
    }
    log.info('configuration read', { objects: complete.reduce((sum, reading) => sum + reading.objects.length, 0), sequence });
    options.changed(changes);
    becomeCurrent();
  }

  async function read(type: CfgObjectType): Promise<Reading | undefined> {
    const objects: CfgObject[] = [];
    const answer = await ask(
      { messageName: 'RequestReadObjects', objectType: type },
      {
        deadlineMs: readDeadlineMs,
        isLast(event) {
          if (event.messageName !== 'EventObjectsRead') return true;
          objects.push(...event.objects);
          return false;
        },
      },
    );
    if (!answer.ok || answer.value.messageName !== 'EventObjectsSent') return undefined;
    return { type, objects, sequence: answer.value.sequence };
  }

  function becomeCurrent(): void {
    cancelTimer();
    target = undefined;
    state = 'current';
    options.current();
  }

  function again(why: string): void {
    log.warn('configuration is not current', { why });
    buffer = undefined;
    const mine = generation;
    cancelTimer = clock.after(againMs, () => {
      if (mine === generation) void begin();
    });
  }

  function receive(event: CfgEvent): void {
    if (!isDelta(event)) return;
    if (buffer !== undefined) {
      buffer.push(event);
      if (buffer.length > maxBuffered) restart('too many changes while reading');
      return;
    }
    if (state === 'loading' || event.sequence <= sequence) return;
    if (event.sequence !== sequence + 1) return restart('a change is missing');
    const change = apply(event);
    if (change === 'unknown') return restart('a change of an unknown object');
    sequence = event.sequence;
    options.changed(change === undefined ? [] : [change]);
    if (target !== undefined && sequence >= target) becomeCurrent();
  }

  /** Reads everything, not more often than once a second. */
  function restart(why: string): void {
    log.warn('configuration is read again', { why });
    generation += 1;
    state = state === 'loading' ? 'loading' : 'stale';
    buffer = [];
    const mine = generation;
    cancelTimer();
    cancelTimer = clock.after(againMs, () => {
      if (mine === generation) void readAll();
    });
  }

  function apply(delta: Delta): ConfigurationChange | 'unknown' | undefined {
    if (delta.sequence <= (readAt.get(typeOf(delta)) ?? 0)) return undefined;
    switch (delta.messageName) {
      case 'EventObjectCreated':
        return table.put(delta.object);
      case 'EventObjectDeleted':
        return table.remove(delta.objectType, delta.dbid);
      case 'EventObjectUpdated': {
        const before = table.get(delta.objectType, delta.dbid);
        return before === undefined ? 'unknown' : table.put(merged(before, delta.changes));
      }
    }
  }

  return {
    get state() {
      return state;
    },
    get sequence() {
      return sequence;
    },
    connected: () => void begin(),
    disconnected() {
      generation += 1;
      cancelTimer();
      buffer = undefined;
      target = undefined;
      if (state === 'current') state = 'stale';
    },
    receive,
  };
}

const isDelta = (event: CfgEvent): event is Delta =>
  event.messageName === 'EventObjectCreated' || event.messageName === 'EventObjectUpdated' || event.messageName === 'EventObjectDeleted';

const typeOf = (delta: Delta): CfgObjectType => (delta.messageName === 'EventObjectCreated' ? delta.object.type : delta.objectType);

/** Changed fields replace; `null` takes a field away. Identity never changes. */
function merged(before: CfgObject, changes: Readonly<Record<string, unknown>>): CfgObject {
  const entries = Object.entries({ ...before, ...changes, type: before.type, dbid: before.dbid }).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as unknown as CfgObject;
}
