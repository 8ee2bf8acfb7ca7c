import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { TimelineMemory } from '../../contracts/stores.ts';
import { highestTimelines, type Highest, type ServerView } from './topology.ts';

/** How often what is known is compared with the memory: others may have seen a promotion, and the memory may have lost its data. */
const compareEveryMs = 5_000;

export interface Timelines {
  readonly highest: Highest;
  /** Takes in what the servers show. Answers whether the memory was heard since this process began: until then nobody may be written to. */
  observe(servers: readonly ServerView[]): Promise<boolean>;
}

/**
 * The highest timeline of each cluster ever seen, by this process or, with a memory, by any. A process that has just started cannot know
 * whether the primary it sees was replaced while it was away.
 */
export function createTimelines(memory: TimelineMemory | undefined, clock: Clock, log: Logger): Timelines {
  let highest: Highest = new Map();
  /** When the memory was last asked, and what it was told then. */
  const asked = new Map<string, { atMs: number; timeline: number }>();
  let silent = false;

  const compare = async (system: string, from: TimelineMemory): Promise<void> => {
    const timeline = highest.get(system) ?? 0;
    try {
      const heard = await from.raiseTimeline(system, timeline);
      highest = new Map([...highest, [system, Math.max(heard, highest.get(system) ?? 0)]]);
      asked.set(system, { atMs: clock.monotonic(), timeline });
      silent = false;
    } catch (error) {
      if (!silent) log.warn('the memory of timelines does not answer', { reason: error instanceof Error ? error.message : 'unknown' });
      silent = true;
    }
  };
  return {
    get highest() {
      return highest;
    },
    async observe(servers) {
      highest = highestTimelines(highest, servers);
      if (memory === undefined) return true;
      const systems = [...highest.keys()];
      const due = (system: string): boolean => {
        const last = asked.get(system);
        return last === undefined || last.timeline < (highest.get(system) ?? 0) || clock.monotonic() - last.atMs >= compareEveryMs;
      };
      const comparing = systems.filter(due).map(system => compare(system, memory));
      // Who has heard it once goes on with what is known: a registry that is lost later stops no change.
      if (systems.every(system => asked.has(system))) return true;
      await Promise.all(comparing);
      return systems.every(system => asked.has(system));
    },
  };
}
