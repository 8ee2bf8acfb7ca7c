import type { Signer } from '../pin/index.ts';
import type { Result } from '../result/index.ts';

/** One try of one request, as the edge signs it. A resend has the same `requestId` and a fresh `timeMs`. */
export interface Attempt {
  /** Wall clock of the edge when it sent this try. */
  readonly timeMs: number;
  readonly requestId: string;
  /** Nodes that the edge found dead or silent for this request (`x-handover-exclude` in the design's words). */
  readonly excluded: readonly string[];
}

export type AttemptFault = 'absent' | 'malformed' | 'forged' | 'stale' | 'early';

/** More nodes than this are not listed; the first ones count. */
export const maxExcluded = 16;

const maxLength = 1_024;
const nodePattern = '[a-z0-9][a-z0-9-]{0,31}/[a-z0-9-]{1,32}';
const shape = new RegExp(
  `^v1\\.([a-z0-9]{1,16})\\.(\\d{1,15})\\.([A-Za-z0-9._-]{8,64})\\.((?:${nodePattern}(?:,${nodePattern}){0,${maxExcluded - 1}})?)\\.([A-Za-z0-9_-]{43})$`,
);

/** Text of the header `x-handover-attempt`: `v1.<kid>.<time ms>.<requestId>.<excluded nodes, comma>.<hmac>`. */
export async function encodeAttempt(signer: Signer, attempt: Attempt): Promise<string> {
  const text = `v1.${signer.active}.${attempt.timeMs}.${attempt.requestId}.${attempt.excluded.slice(0, maxExcluded).join(',')}`;
  return `${text}.${await signer.sign(`attempt:${text}`)}`;
}

/**
 * Reads the header at an origin. Refused: older than `maxAgeMs` (default 5,000; the fence has its own, tighter limit) or more than
 * `maxAheadMs` in the future (default 2,000).
 */
export async function decodeAttempt(
  signer: Signer,
  text: string | null | undefined,
  options: { nowMs: number; maxAgeMs?: number; maxAheadMs?: number },
): Promise<Result<Attempt, AttemptFault>> {
  if (text == null || text === '') return { ok: false, reason: 'absent' };
  if (text.length > maxLength) return { ok: false, reason: 'malformed' };
  const [, kid, timeText, requestId, nodes, mac] = shape.exec(text) ?? [];
  if (kid === undefined || requestId === undefined || nodes === undefined || mac === undefined) return { ok: false, reason: 'malformed' };
  if (!(await signer.check(kid, `attempt:${text.slice(0, text.length - mac.length - 1)}`, mac))) return { ok: false, reason: 'forged' };
  const timeMs = Number(timeText);
  if (options.nowMs - timeMs > (options.maxAgeMs ?? 5_000)) return { ok: false, reason: 'stale' };
  if (timeMs - options.nowMs > (options.maxAheadMs ?? 2_000)) return { ok: false, reason: 'early' };
  return { ok: true, value: { timeMs, requestId, excluded: nodes === '' ? [] : nodes.split(',') } };
}
