import { describe, expect, it } from 'vitest';
import { runFloor, type Fault, type FloorOptions, type Verdict } from '../../../bench/floor/index.ts';

const timeoutMs = 300_000;

/** What no disaster may cost working agents. */
const unharmed = { eventsLost: 0, eventsDoubled: 0, twoOwnerSessions: 0, logins: 0, converged: true } satisfies Partial<Verdict>;

/** Two hundred agents work in a system of their own while the disaster strikes; nobody loses anything. `expected`: what holds besides. */
export function floorSuite(disaster: string, fault: Fault, options: Partial<FloorOptions> = {}, expected: Partial<Verdict> = {}): void {
  const { agents = 200, transport = 'long-polling' } = options;
  describe(`${agents} working agents, ${transport}`, () => {
    it(`lose nothing when ${disaster}`, { timeout: timeoutMs }, async () => {
      const { verdict, details } = await runFloor({ pace: 'quick', ...options, agents, transport, fault });
      const told = [...details.examples, JSON.stringify(details.failedByKind), JSON.stringify(verdict)].join('\n');
      expect(verdict, told).toMatchObject({ ...unharmed, ...expected });
    });
  });
}

/** The same for so few agents and so short that it belongs to every run of the tests. */
export const fewSuite = (disaster: string, fault: Fault, expected: Partial<Verdict> = {}): void =>
  floorSuite(disaster, fault, { agents: 24, pace: 'brief' }, expected);
