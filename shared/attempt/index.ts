import type { Signer } from '../pin/index.ts';
import type { Result } from '../result/index.ts';

/** What the edge signs about one try of a request. A resend has a fresh `timeMs`; the request's id goes beside it, unsigned. */
export interface Attempt {
  /** Wall clock of the edge when it sent this try, or at most `stampLifeMs` before. */
  readonly timeMs: number;
  /** Nodes that the edge found dead or silent for this request (`x-handover-exclude` in the design's words). */
  readonly excluded: readonly string[];
}

export type AttemptFault = 'absent' | 'malformed' | 'forged' | 'stale' | 'early';

/** More nodes than this are not listed; the first ones count. */
export const maxExcluded = 16;

/** So long one signature serves all tries that exclude the same nodes. An older stamp only makes the fence refuse a little earlier. */
export const stampLifeMs = 25;

/** From this age on one try makes the next stamp. */
const renewAfterMs = 15;
const maxLength = 1_024;
const maxKept = 64;
const nodePattern = '[a-z0-9][a-z0-9-]{0,31}/[a-z0-9-]{1,32}';
const shape = new RegExp(
  `^v2\\.([a-z0-9]{1,16})\\.(\\d{1,15})\\.((?:${nodePattern}(?:,${nodePattern}){0,${maxExcluded - 1}})?)\\.([A-Za-z0-9_-]{43})$`,
);

/** Text of the header `x-handover-attempt`: `v2.<kid>.<time ms>.<excluded nodes, comma>.<hmac>`. */
export async function encodeAttempt(signer: Signer, attempt: Attempt): Promise<string> {
  const text = `v2.${signer.active}.${attempt.timeMs}.${attempt.excluded.slice(0, maxExcluded).join(',')}`;
  return `${text}.${await signer.sign(`attempt:${text}`)}`;
}

/** The header for a try that is sent now; a promise only when something has to be signed. */
export type Stamper = (excluded: readonly string[], nowMs: number) => string | Promise<string>;

/** Signs once for all tries of `stampLifeMs` that exclude the same nodes: a signature for each request cost a tenth of the edge's work. */
export function createStamper(signer: Signer): Stamper {
  const kept = new Map<string, { readonly timeMs: number; readonly text: string; renewing: boolean }>();
  return (excluded, nowMs) => {
    const key = excluded.join(',');
    const known = kept.get(key);
    const ageMs = known === undefined ? -1 : nowMs - known.timeMs;
    // While one signs the next stamp, the others need not.
    if (known !== undefined && ageMs >= 0 && ageMs <= (known.renewing ? stampLifeMs : renewAfterMs)) return known.text;
    if (known !== undefined) known.renewing = true;
    return encodeAttempt(signer, { timeMs: nowMs, excluded }).then(text => {
      keep(kept, key, { timeMs: nowMs, text, renewing: false });
      return text;
    });
  };
}

/** Reads the header at an origin: as `decodeAttempt`, with the signatures that were good a moment ago remembered. */
export type AttemptReader = (
  text: string | null | undefined,
  options: ReadOptions,
) => Result<Attempt, AttemptFault> | Promise<Result<Attempt, AttemptFault>>;

interface ReadOptions {
  readonly nowMs: number;
  readonly maxAgeMs?: number;
  readonly maxAheadMs?: number;
}

export function createAttemptReader(signer: Signer): AttemptReader {
  const kept = new Map<string, Attempt>();
  return (text, options) => {
    const known = text == null ? undefined : kept.get(text);
    if (known !== undefined) return inTime(known, options);
    return decodeAttempt(signer, text, options).then(decoded => {
      if (decoded.ok && text != null) keep(kept, text, decoded.value);
      return decoded;
    });
  };
}

/**
 * Reads the header at an origin. Refused: older than `maxAgeMs` (default 5,000; the fence has its own, tighter limit) or more than
 * `maxAheadMs` in the future (default 2,000).
 */
export async function decodeAttempt(
  signer: Signer,
  text: string | null | undefined,
  options: ReadOptions,
): Promise<Result<Attempt, AttemptFault>> {
  if (text == null || text === '') return { ok: false, reason: 'absent' };
  if (text.length > maxLength) return { ok: false, reason: 'malformed' };
  const [, kid, timeText, nodes, mac] = shape.exec(text) ?? [];
  if (kid === undefined || nodes === undefined || mac === undefined) return { ok: false, reason: 'malformed' };
  if (!(await signer.check(kid, `attempt:${text.slice(0, text.length - mac.length - 1)}`, mac))) return { ok: false, reason: 'forged' };
  return inTime({ timeMs: Number(timeText), excluded: nodes === '' ? [] : nodes.split(',') }, options);
}

function inTime(attempt: Attempt, { nowMs, maxAgeMs = 5_000, maxAheadMs = 2_000 }: ReadOptions): Result<Attempt, AttemptFault> {
  if (nowMs - attempt.timeMs > maxAgeMs) return { ok: false, reason: 'stale' };
  if (attempt.timeMs - nowMs > maxAheadMs) return { ok: false, reason: 'early' };
  return { ok: true, value: attempt };
}

/** The oldest goes when there are too many. */
function keep<T>(kept: Map<string, T>, key: string, value: T): void {
  kept.delete(key);
  if (kept.size >= maxKept) for (const oldest of kept.keys()) if (kept.delete(oldest)) break;
  kept.set(key, value);
}
