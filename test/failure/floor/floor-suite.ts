import { describe, expect, it } from 'vitest';
import { runFloor, type Fault, type FloorOptions, type Verdict } from '../../../bench/floor/index.ts';

const agents = 200;
const timeoutMs = 300_000;

/** What no disaster may cost two hundred working agents. */
const unharmed = { eventsLost: 0, eventsDoubled: 0, twoOwnerSessions: 0, logins: 0, converged: true } satisfies Partial<Verdict>;

/** Two hundred agents work in a system of their own while the disaster strikes; nobody loses anything. `expected`: what holds besides. */
export function floorSuite(disaster: string, fault: Fault, options: Partial<FloorOptions> = {}, expected: Partial<Verdict> = {}): void {
  describe(`two hundred working agents, ${options.transport ?? 'long-polling'}`, () => {
    it(`lose nothing when ${disaster}`, { timeout: timeoutMs }, async () => {
      const { verdict, details } = await runFloor({ agents, transport: 'long-polling', fault, quick: true, ...options });
      const told = [...details.examples, JSON.stringify(details.failedByKind), JSON.stringify(verdict)].join('\n');
      expect(verdict, told).toMatchObject({ ...unharmed, ...expected });
    });
  });
}
