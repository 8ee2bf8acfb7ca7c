import type { Registry } from '../../contracts/registry.ts';
import type { RegistryCore } from './registry-core.ts';
import type { Process, Random } from './world.ts';

const timeoutMs = 400;

/** How the way to the registry is now. */
export interface Way {
  /** Nothing arrives. */
  cut(): boolean;
  /** One-way delay of the next message, ms. */
  delay(): number;
  /** Chance that a call takes effect and its answer is lost. */
  lostReply(): number;
  /** Chance that a call takes effect long after its caller gave up. */
  lateCall(): number;
}

type Caller = <T>(run: () => T) => Promise<T>;

/** The registry as one process sees it: calls arrive late or never, answers are lost, and the caller waits 400 ms of its own clock. */
export function registryFor(process: Process, core: RegistryCore, way: Way, random: Random): Registry {
  const call: Caller = run =>
    new Promise((resolve, reject) => {
      const giveUp = process.clock.after(timeoutMs, () => reject(new Error('time-out')));
      if (way.cut()) return;
      const late = random.chance(way.lateCall()) ? random.between(300, 3_000) : 0;
      process.world.after(way.delay() + late, () => {
        const answer = run();
        if (late > 0 || way.cut() || random.chance(way.lostReply())) return;
        process.world.after(way.delay(), () => {
          if (way.cut()) return;
          process.deliver(`registry ${random.next()}`, () => {
            giveUp();
            resolve(answer);
          });
        });
      });
    });
  return portOf(core, call);
}

export const portOf = (core: RegistryCore, call: Caller): Registry => ({
  createLease: (node, incarnation) => call(() => core.createLease(node, incarnation)),
  extendLease: (_node, incarnation) => call(() => core.extendLease(incarnation)),
  dropLease: (_node, incarnation) => call(() => core.dropLease(incarnation)),
  read: session => call(() => core.read(session)),
  take: (session, node, request) => call(() => core.take(session, node, request)),
  go: (session, request) => call(() => core.go(session, request)),
  revive: (node, incarnation, sessions) => call(() => core.revive(node, incarnation, sessions)),
  leave: (session, incarnation, epoch, to) => call(() => core.leave(session, incarnation, epoch, to)),
  strays: (node, incarnation) => call(() => core.strays(node, incarnation)),
  orphans: () => call(() => core.orphans()),
  nodes: () => call(() => core.nodes()),
  records: limit => call(() => core.records(limit)),
  putPassport: (session, passport) => call(() => core.putPassport(session, passport)),
  passport: session => call(() => core.passport(session)),
  putEnded: sid => call(() => core.putEnded(sid)),
  isEnded: sid => call(() => core.isEnded(sid)),
  revokeToken: (jti, expiresAtMs) => call(() => core.revokeToken(jti, expiresAtMs)),
  revokedTokens: sinceMs => call(() => core.revokedTokens(sinceMs)),
});
