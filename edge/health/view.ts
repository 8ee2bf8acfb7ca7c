import type { OriginState, Outlook } from '../route.ts';
import type { Verdict } from './judge.ts';
import { createWindow, type EvidenceWindow } from './window.ts';

/** What a health object knows, as plain data. */
export interface Snapshot {
  readonly takenMs: number;
  readonly vantage: string;
  readonly origins: Readonly<Record<string, Verdict>>;
  readonly drains: Readonly<Record<string, number>>;
}

const freshMs = 400;
const patienceMs = 1_000;
/** An older snapshot says nothing any more; passive evidence remains. */
const staleMs = 10_000;
const suspicionMs = 1_000;

/**
 * What this isolate knows of the regions: the health object's last snapshot, and what its own requests met since. Plain values shared by
 * all requests; whoever needs a fresher snapshot fetches it for all, so parked polls never queue at the health object.
 */
export interface HealthView {
  outlook(nowMs: number): Outlook;
  /** True for the one caller that should fetch the next snapshot now. */
  claimRefresh(nowMs: number): boolean;
  accept(snapshot: Snapshot, nowMs: number): void;
  /** The next reader fetches, whatever the age. */
  expire(): void;
  /** A request lost its connection. True when the caller should have it confirmed: nobody does so yet. */
  lost(url: string, nowMs: number): boolean;
  confirmed(url: string, dead: boolean, nowMs: number): void;
  /** A connection was just lost and the answer whether the origin lives is on its way. */
  suspected(url: string, nowMs: number): boolean;
  count(url: string, good: boolean, nowMs: number): void;
  /** Resolves after `ms`, or earlier when a verdict fell or the watch became free; `cancel` when nobody waits any more. */
  next(ms: number): { readonly woken: Promise<undefined>; cancel(): void };
  /** Of all who wait, one holds the watch and looks often, for all. Takes or keeps it until `untilMs`; false when somebody else has it. */
  holdWatch(token: object, nowMs: number, untilMs: number): boolean;
  /** Gives the watch up and wakes one other, who may take it. */
  endWatch(token: object): void;
  readonly snapshot: Snapshot | undefined;
  /** Origins ejected by this isolate alone, for `/health`. */
  ejected(nowMs: number): string[];
}

export function createHealthView(): HealthView {
  let snapshot: Snapshot | undefined;
  let receivedMs = Number.NEGATIVE_INFINITY;
  let askedMs = Number.NEGATIVE_INFINITY;
  const dead = new Map<string, number>();
  const suspects = new Map<string, number>();
  const windows = new Map<string, EvidenceWindow>();
  const waiting = new Set<() => void>();
  let watcher: object | undefined;
  let watchedUntilMs = 0;
  const wakeAll = (): void => {
    for (const wake of waiting) wake();
  };
  const windowOf = (url: string): EvidenceWindow => {
    const known = windows.get(url) ?? createWindow();
    windows.set(url, known);
    return known;
  };
  const stateOf = (url: string, nowMs: number): OriginState => {
    const deadMs = dead.get(url);
    if (deadMs !== undefined && nowMs - deadMs < staleMs) return 'down';
    if (windows.get(url)?.ejected(nowMs) === true) return 'down';
    return (nowMs - receivedMs < staleMs ? snapshot?.origins[url]?.state : undefined) ?? 'up';
  };
  // A request looks several times in one millisecond.
  let latest: Outlook | undefined;
  const outlookAt = (nowMs: number): Outlook => ({
    nowMs,
    origins: url => stateOf(url, nowMs),
    recoveredMs: url => snapshot?.origins[url]?.recoveredMs,
    drains: snapshot?.drains ?? {},
  });
  return {
    outlook: nowMs => (latest?.nowMs === nowMs ? latest : (latest = outlookAt(nowMs))),
    claimRefresh(nowMs) {
      if (nowMs - receivedMs < freshMs || nowMs - askedMs < patienceMs) return false;
      askedMs = nowMs;
      return true;
    },
    accept(next, nowMs) {
      const fell = Object.entries(next.origins).some(([url, { state }]) => state === 'down' && snapshot?.origins[url]?.state !== 'down');
      snapshot = next;
      latest = undefined;
      receivedMs = nowMs;
      askedMs = Number.NEGATIVE_INFINITY;
      // What we found out ourselves holds until the health object has looked after us.
      for (const [url, atMs] of dead) if ((next.origins[url]?.probedMs ?? 0) >= atMs) dead.delete(url);
      if (fell) wakeAll();
    },
    expire() {
      receivedMs = Number.NEGATIVE_INFINITY;
      askedMs = Number.NEGATIVE_INFINITY;
    },
    lost(url, nowMs) {
      const known = suspects.get(url);
      if (known !== undefined && nowMs < known) return false;
      suspects.set(url, nowMs + suspicionMs);
      return true;
    },
    confirmed(url, isDead, nowMs) {
      suspects.delete(url);
      if (isDead) dead.set(url, nowMs);
      else dead.delete(url);
      if (isDead) wakeAll();
    },
    next(ms) {
      let wake = (): void => undefined;
      const woken = new Promise<undefined>(resolve => {
        wake = () => resolve(undefined);
      });
      const timer = setTimeout(wake, ms);
      waiting.add(wake);
      return {
        woken,
        cancel() {
          clearTimeout(timer);
          waiting.delete(wake);
        },
      };
    },
    holdWatch(token, nowMs, untilMs) {
      if (watcher !== token && nowMs < watchedUntilMs) return false;
      watcher = token;
      watchedUntilMs = untilMs;
      return true;
    },
    endWatch(token) {
      if (watcher !== token) return;
      watcher = undefined;
      watchedUntilMs = 0;
      for (const wake of waiting) {
        wake();
        return;
      }
    },
    suspected: (url, nowMs) => nowMs < (suspects.get(url) ?? 0),
    count: (url, good, nowMs) => windowOf(url).add(good, nowMs),
    get snapshot() {
      return snapshot;
    },
    ejected: nowMs => [...windows].filter(([, window]) => window.ejected(nowMs)).map(([url]) => url),
  };
}
