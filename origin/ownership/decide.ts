import type { RecordView } from '../contracts/registry.ts';
import type { Answer, Claim, Env, Exclusion, Facts, TakeArgs, Want } from './state.ts';
import { timing } from './rules.ts';

/** Nobody's request: the node acts for itself (audit, reaper, return of the registry). */
export const noWant: Want = { excluded: [], gone: [], pin: 0, fresh: false };

const epochBase = 1_024;
const listLimit = 64;
const patientTries = 3;

export const numberOf = (epoch: number): number => epoch % epochBase;
export const nodeOf = (incarnation: string): string => incarnation.slice(0, Math.max(0, incarnation.indexOf('~')));

/** Both wants at once; lists keep their first 64 members. */
export function mergeWants(a: Want, b: Want): Want {
  if (a === noWant) return b;
  const excluded = b.excluded.reduce<readonly Exclusion[]>((all, each) => {
    const rest = all.filter(known => known.node !== each.node || known.stampMs > each.stampMs);
    return rest.length === all.length && rest.some(known => known.node === each.node) ? rest : [...rest, each];
  }, a.excluded);
  const gone = b.gone.length === 0 ? a.gone : [...new Set([...a.gone, ...b.gone])];
  const pin = Math.max(a.pin, b.pin);
  return { excluded: excluded.slice(0, listLimit), gone: gone.slice(0, listLimit), pin, fresh: a.fresh || b.fresh };
}

/**
 * Whether the edge's evidence against the node still says something about the holder of this epoch. A node that took it after the evidence was
 * signed lives: without this, two requests that exclude each other's node make two nodes rob each other for ever.
 */
export const excludes = (want: Want, node: string, epoch: number, env: Env): boolean =>
  want.excluded.some(
    each => each.node === node && (!env.rules.freshEvidence || Math.floor(epoch / epochBase) <= each.stampMs + timing.wallError),
  );

export type Verdict = { readonly kind: 'take'; readonly take: TakeArgs } | { readonly kind: 'answer'; readonly answer: Answer };

/** May this node take the session whose record it has just read? */
export function judge(record: RecordView | undefined, want: Want, facts: Facts, env: Env): Verdict {
  const floor = Math.max(facts.heard, want.pin);
  const take = (over: readonly string[] = []): Verdict =>
    env.draining
      ? { kind: 'answer', answer: { kind: 'unavailable' } }
      : {
          kind: 'take',
          take: { sinceMs: env.monotonicMs, round: 0, expect: record?.epoch ?? 0, floor, over: [...env.past, ...over].slice(-listLimit) },
        };
  if (record === undefined) return take();
  if (record.state === 'ended' && !want.fresh) return { kind: 'answer', answer: { kind: 'ended' } };
  if (record.state === 'ended' || record.state === 'free') return take();
  const node = nodeOf(record.owner);
  const elsewhere: Verdict = {
    kind: 'answer',
    answer: { kind: 'elsewhere', region: record.region, node, incarnation: record.owner, url: record.url },
  };
  if (record.owner === env.incarnation) return env.rules.ownTake ? take() : elsewhere;
  // A node id belongs to one process at a time: another incarnation under our own id is over.
  if (node === env.self.id) return take([record.owner]);
  if (!record.ownerAlive) return take();
  if (record.region === env.self.region && want.gone.includes(record.owner)) return take([record.owner]);
  if (excludes(want, node, record.epoch, env)) return take();
  if (record.state === 'claimed' && !env.rules.claimedOwns) return take();
  return elsewhere;
}

/**
 * May this node act without the registry? Only for a request, only with a referee, and only when the holder of the highest epoch known is itself or was excluded by
 * the edge: then it is dead, or hears the announcement, or was silent longer than a lease runs.
 */
export function bareAllowed(want: Want, facts: Facts, env: Env, tries = 0): boolean {
  const holder = Math.max(facts.heard, want.pin);
  if (want === noWant || facts.dn === undefined || holder === 0 || env.draining) return false;
  if (facts.left && numberOf(holder) === env.self.number) return false;
  // An earlier process under our id held it: who restarts asks a few times whether another has taken it since.
  if (numberOf(holder) === env.self.number) return facts.held || tries >= patientTries;
  const node = env.nodeNumbered(numberOf(holder));
  return node !== undefined && excludes(want, node.id, holder, env);
}

/** Without the registry: the holder of the highest epoch known, when it is another node that the edge did not exclude. */
export function knownElsewhere(want: Want, facts: Facts, env: Env): Answer | undefined {
  const holder = Math.max(facts.heard, want.pin);
  const node = holder === 0 ? undefined : env.nodeNumbered(numberOf(holder));
  if (node === undefined || node.id === env.self.id || excludes(want, node.id, holder, env)) return undefined;
  return { kind: 'elsewhere', region: node.region, node: node.id, incarnation: '', url: node.url };
}

/** An epoch minted without the registry. */
export function bareClaim(want: Want, facts: Facts, env: Env): Claim {
  const last = Math.floor(Math.max(facts.heard, want.pin) / epochBase);
  const epoch = env.rules.bareMint ? Math.max(last + 1, env.wallMs) * epochBase + env.self.number : (last + 1) * epochBase;
  return {
    epoch,
    incarnation: env.incarnation,
    before: [],
    over: [],
    takenAtMs: env.monotonicMs,
    sinceMs: env.monotonicMs,
    round: 0,
    bare: true,
    announced: false,
  };
}

export const waitedOut = (claim: Claim, env: Env): boolean => env.monotonicMs - claim.takenAtMs >= timing.predecessor;
