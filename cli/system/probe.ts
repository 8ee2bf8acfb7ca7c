import { connect } from 'node:net';
import { isFrozen, isSameProcess } from '../process/index.ts';
import type { PartRecord } from '../state/index.ts';

/** `cut`: the process runs but nothing comes back. */
export type PartState = 'up' | 'down' | 'frozen' | 'cut';

export const probeTimeoutMs = 500;

/** What /proc says: a process that is gone or stopped needs no asking. */
export function processState(part: PartRecord): 'running' | 'down' | 'frozen' {
  if (part.process === null || !isSameProcess(part.process)) return 'down';
  return isFrozen(part.process) ? 'frozen' : 'running';
}

/** The state of a part that only has to accept connections. */
export async function probeSocket(part: PartRecord): Promise<PartState> {
  const state = processState(part);
  if (state !== 'running') return state;
  return new Promise(resolve => {
    const socket = connect({ host: part.host, port: part.port });
    const end = (found: PartState) => (): void => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(probeTimeoutMs, end('cut'));
    socket.once('connect', end('up'));
    socket.once('error', end('down'));
  });
}

/** Asks over HTTP; undefined when there is no answer in time. */
export async function probeHttp(url: string, init: RequestInit = {}): Promise<unknown> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(probeTimeoutMs) });
    return await response.json();
  } catch {
    return undefined;
  }
}
