import { AppError } from '@handover/shared/errors';
import type { Logger } from '@handover/shared/log';
import { sleep, type Clock } from '@handover/shared/time';
import type { UcsHealth } from './health.ts';

export interface UcsOptions {
  /** `https://host:port`; the path is ours. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** For one attempt, ms. */
  readonly timeoutMs?: number;
  /** Told of every answer and of every request without one; while it says that the server is down, nothing is sent but `alive`. */
  readonly health?: () => Pick<UcsHealth, 'state' | 'heard' | 'missed'>;
}

type Parameters = Readonly<Record<string, unknown>>;
export type UcsAnswer = Readonly<Record<string, unknown>>;

/** What the server itself says no to. `code` is its word. */
export class UcsRefusal extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`refused: ${code}`);
    this.code = code;
  }
}

export interface UcsClient {
  /** Reads: tried again up to twice when no answer comes. */
  read(service: string, method: string, parameters: Parameters): Promise<UcsAnswer>;
  /** Changes: tried again only when the server cannot have heard of it; else `outcome.unknown`. */
  write(service: string, method: string, parameters: Parameters): Promise<UcsAnswer>;
  /** Whether it answers anything, asked up to three times. Never rejects. */
  alive(): Promise<boolean>;
}

const defaultTimeoutMs = 3_000;
const attempts = 3;
const firstPauseMs = 100;
const maxAnswerBytes = 4 * 1024 * 1024;
const maxInFlight = 32;
const maxWaiting = 512;
/** Answers that say that nothing was executed. */
const notNow: ReadonlySet<number> = new Set([429, 503]);

type Failure = { kind: 'unheard' | 'unknown'; why: string };

/**
 * `POST /ucs/v1/<service>/<method>` with JSON both ways. At most 32 requests at once and 512 waiting; answers of at most 4 MiB. Rejects with
 * `UcsRefusal`, or with an AppError `store.unavailable` or `outcome.unknown`.
 */
export function createUcsClient(options: UcsOptions): UcsClient {
  const { clock, log, timeoutMs = defaultTimeoutMs } = options;
  const base = options.url.replace(/\/$/, '');
  let inFlight = 0;
  const waiting: (() => void)[] = [];

  async function call(service: string, method: string, parameters: Parameters, repeats: (failure: Failure) => boolean): Promise<UcsAnswer> {
    const health = options.health?.();
    if (health?.state === 'down') throw new AppError('store.unavailable', { detail: 'the contact server does not answer' });
    await enter();
    try {
      const answer = await attempted(service, method, parameters, repeats);
      health?.heard();
      return answer;
    } catch (fault) {
      if (fault instanceof UcsRefusal) health?.heard();
      else health?.missed();
      throw fault;
    } finally {
      inFlight -= 1;
      waiting.shift()?.();
    }
  }

  async function attempted(service: string, method: string, parameters: Parameters, repeats: (failure: Failure) => boolean) {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOnce(`${base}/ucs/v1/${service}/${method}`, parameters);
      if (!('kind' in outcome)) return outcome.answer;
      log.warn('contact server gave no answer', { service, method, attempt, why: outcome.why });
      if (!repeats(outcome)) throw new AppError('outcome.unknown', { detail: outcome.why });
      if (attempt >= attempts) throw new AppError('store.unavailable', { detail: outcome.why });
      const fullMs = firstPauseMs * 2 ** (attempt - 1);
      await sleep(clock, fullMs / 2 + (fullMs / 2) * options.random());
    }
  }

  async function enter(): Promise<void> {
    if (inFlight >= maxInFlight) {
      if (waiting.length >= maxWaiting) throw new AppError('store.unavailable', { detail: 'too many requests wait' });
      await new Promise<void>(resolve => waiting.push(resolve));
    }
    inFlight += 1;
  }

  async function attemptOnce(url: string, parameters: Parameters): Promise<{ answer: UcsAnswer } | Failure> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(parameters),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await textOf(response);
      if (notNow.has(response.status)) return { kind: 'unheard', why: `HTTP ${response.status}` };
      if (response.status >= 500) return { kind: 'unknown', why: `HTTP ${response.status}` };
      const answer = objectFrom(text);
      if (response.status >= 400) throw new UcsRefusal(typeof answer?.['code'] === 'string' ? answer['code'] : `HTTP ${response.status}`);
      return answer === undefined ? { kind: 'unknown', why: 'the answer is no object' } : { answer };
    } catch (fault) {
      if (fault instanceof UcsRefusal) throw fault;
      return failureFrom(fault);
    }
  }

  return {
    read: (service, method, parameters) => call(service, method, parameters, () => true),
    write: (service, method, parameters) => call(service, method, parameters, failure => failure.kind === 'unheard'),
    alive: () =>
      attempted('OMContacts', 'ContactListGet', { maxResults: 1 }, () => true).then(
        () => true,
        (fault: unknown) => fault instanceof UcsRefusal,
      ),
  };
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > maxAnswerBytes) throw new Error('the answer is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function objectFrom(text: string): UcsAnswer | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as UcsAnswer) : undefined;
  } catch {
    return undefined;
  }
}

/** A refused connection proves that nothing was heard; a time-out or a reset proves nothing. */
function failureFrom(fault: unknown): Failure {
  const cause = fault instanceof Error ? (fault.cause as NodeJS.ErrnoException | undefined) : undefined;
  const why = cause?.code ?? (fault instanceof Error ? fault.name : 'unknown');
  return { kind: why === 'ECONNREFUSED' || why === 'ENOTFOUND' ? 'unheard' : 'unknown', why };
}
