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
  /** What a sequence does to this very call: its answer is lost, or it is kept back and takes effect when the sequence says so. */
  strike(operation: Operation, effect: () => void): 'lose-answer' | 'kept' | undefined;
  /** Chance that a call takes effect long after its caller gave up. */
  lateCall(): number;
}

type Operation = keyof Registry;
type Caller = <T>(operation: Operation, run: () => T) => Promise<T>;

/** The registry as one process sees it: calls arrive late or never, answers are lost, and the caller waits 400 ms of its own clock. */
export function registryFor(process: Process, core: RegistryCore, way: Way, random: Random): Registry {
  const call: Caller = (operation, run) =>
    new Promise((resolve, reject) => {
      const giveUp = process.clock.after(timeoutMs, () => reject(new Error('time-out')));
      if (way.cut()) return;
      const struck = way.strike(operation, () => void run());
      if (struck === 'kept') return;
      const late = random.chance(way.lateCall()) ? random.between(300, 3_000) : 0;
      process.world.after(way.delay() + late, () => {
        const answer = run();
        if (struck !== undefined || late > 0 || way.cut() || random.chance(way.lostReply())) return;
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
  createLease: (node, incarnation) => call('createLease', () => core.createLease(node, incarnation)),
  extendLease: (_node, incarnation) => call('extendLease', () => core.extendLease(incarnation)),
  dropLease: (_node, incarnation) => call('dropLease', () => core.dropLease(incarnation)),
  read: session => call('read', () => core.read(session)),
  take: (session, node, request) => call('take', () => core.take(session, node, request)),
  go: (session, request) => call('go', () => core.go(session, request)),
  revive: (node, incarnation, sessions) => call('revive', () => core.revive(node, incarnation, sessions)),
  leave: (session, incarnation, epoch, to) => call('leave', () => core.leave(session, incarnation, epoch, to)),
  strays: (node, incarnation) => call('strays', () => core.strays(node, incarnation)),
  orphans: () => call('orphans', () => core.orphans()),
  nodes: () => call('nodes', () => core.nodes()),
  records: limit => call('records', () => core.records(limit)),
  putPassport: (session, passport) => call('putPassport', () => core.putPassport(session, passport)),
  passport: session => call('passport', () => core.passport(session)),
  putEnded: sid => call('putEnded', () => core.putEnded(sid)),
  isEnded: sid => call('isEnded', () => core.isEnded(sid)),
  revokeToken: (jti, expiresAtMs) => call('revokeToken', () => core.revokeToken(jti, expiresAtMs)),
  revokedTokens: sinceMs => call('revokedTokens', () => core.revokedTokens(sinceMs)),
});
