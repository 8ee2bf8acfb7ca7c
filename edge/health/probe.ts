import { z } from '@handover/shared/config';
import type { Probe } from './judge.ts';

const bodySchema = z.object({ state: z.enum(['up', 'draining']) });
const maxBodyBytes = 4_096;

/** Asks one origin for its health. Never throws; `timeoutMs` covers headers and body. */
export async function probe(url: string, timeoutMs: number): Promise<Probe> {
  const startedMs = Date.now();
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(`${url}/health`, { signal, redirect: 'manual', headers: { 'user-agent': 'handover-edge' } });
    const text = await response.text();
    if (response.status !== 200 || text.length > maxBodyBytes) return { kind: 'status', status: response.status };
    const body = bodySchema.safeParse(parse(text));
    return body.success
      ? { kind: 'ok', draining: body.data.state === 'draining', ms: Date.now() - startedMs }
      : { kind: 'status', status: 200 };
  } catch {
    return signal.aborted ? { kind: 'silent' } : { kind: 'lost' };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const confirmProbes = 3;
const spacingMs = 250;
const failedSpacingMs = 50;
const confirmTimeoutMs = 400;

/**
 * Confirms a suspicion: three probes 250 ms apart, 400 ms each; one that passes acquits. Probes that fail at once follow each other faster.
 * Resolves with the last failure, or undefined when the origin lives. At most 900 ms unless `ask` makes probes wait.
 */
export async function confirm(url: string, ask: typeof probe = probe): Promise<Probe | undefined> {
  const running: Promise<Probe>[] = [];
  for (let sent = 0; sent < confirmProbes; sent += 1) {
    const next = ask(url, confirmTimeoutMs);
    running.push(next);
    if (sent === confirmProbes - 1) break;
    const early = await Promise.race([next, pause(spacingMs)]);
    if (early?.kind === 'ok') return undefined;
    if (early !== undefined) await pause(failedSpacingMs);
  }
  const found = await Promise.all(running);
  return found.some(each => each.kind === 'ok') ? undefined : found[found.length - 1];
}

const pause = (ms: number): Promise<undefined> => new Promise(resolve => setTimeout(() => resolve(undefined), ms));
