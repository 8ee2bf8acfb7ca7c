import { AppError } from '@handover/shared/errors';
import { answerError, answerJson } from './answer.ts';
import { readBody } from './body.ts';
import type { Call } from './call.ts';

const deadlineMs = 2_000;
const maxLogEntries = 20_000;

interface LogEntry {
  atMs: number;
}

/**
 * `/simulator/*` of `up`: customers who call, and what the simulated servers of all sites were asked. `sites` are the control URLs of the
 * worlds, our own first; one that does not answer is left out.
 */
export function createSimulatorRoutes(sites: readonly string[]): (call: Call) => Promise<void> {
  return async call => {
    const url = new URL(call.request.url ?? '/', 'http://origin');
    const route = `${call.request.method} ${call.path}`;
    try {
      if (sites.length === 0) throw new AppError('request.not-found');
      if (route === 'GET /simulator/log') return answerJson(call.response, 200, await commandLog(url.searchParams));
      if (route === 'POST /simulator/calls') return await place(call, '/calls', await jsonBody(call), ({ to }) => `/dns/${named(to)}`);
      if (route === 'POST /simulator/chats')
        return await place(call, '/chats', await jsonBody(call), ({ agent }) => `/media/${named(agent)}`);
      if (route === 'POST /simulator/interactions')
        return await place(call, '/interactions', await jsonBody(call), ({ agent }) => `/media/${named(agent)}`);
      if (route === 'POST /simulator/hangup') return await everywhere(call, '/hangup', await jsonBody(call));
      if (route === 'POST /simulator/chats/say') return await everywhere(call, '/chats/say', await jsonBody(call));
      if (route === 'POST /simulator/chats/leave') return await everywhere(call, '/chats/leave', await jsonBody(call));
      throw new AppError('request.not-found');
    } catch (error) {
      answerError(call.response, error, call.context.requestId);
    }
  };

  async function commandLog(query: URLSearchParams): Promise<LogEntry[]> {
    const answers = await Promise.all(sites.map(site => ask<LogEntry[]>(`${site}/log?${query.toString()}`)));
    const entries = answers.flatMap(answer => (answer?.ok === true && Array.isArray(answer.body) ? answer.body : []));
    return entries.sort((a, b) => a.atMs - b.atMs).slice(-maxLogEntries);
  }

  /** At the site where who is asked for is logged in (`about` is the question), else at the first that lives. */
  async function place(
    call: Call,
    path: string,
    body: Record<string, unknown>,
    about: (body: Record<string, unknown>) => string,
  ): Promise<void> {
    const states = await Promise.all(sites.map(site => ask<{ loggedIn?: boolean }>(site + about(body))));
    const living = sites.filter((_, index) => states[index] !== undefined);
    const preferred = sites.find((_, index) => states[index]?.ok === true && states[index].body.loggedIn === true);
    for (const site of preferred === undefined ? living : [preferred, ...living.filter(other => other !== preferred)]) {
      const answer = await ask<unknown>(`${site}${path}`, body);
      if (answer !== undefined) return answerJson(call.response, answer.status, answer.body);
    }
    throw new AppError('region.none');
  }

  /** A call or a chat is at one site only: all are asked. */
  async function everywhere(call: Call, path: string, body: Record<string, unknown>): Promise<void> {
    const answers = await Promise.all(sites.map(site => ask<unknown>(site + path, body)));
    const best = answers.find(answer => answer?.ok === true) ?? answers.find(answer => answer !== undefined);
    if (best === undefined) throw new AppError('region.none');
    answerJson(call.response, best.status, best.body);
  }
}

const named = (value: unknown): string => encodeURIComponent(typeof value === 'string' && value !== '' ? value : '-');

async function jsonBody(call: Call): Promise<Record<string, unknown>> {
  const text = (await readBody(call.request, 65_536)).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Answered below like any other body that is not an object.
  }
  throw new AppError('request.invalid', { field: 'body', text: 'The body must be a JSON object.' });
}

async function ask<T>(url: string, body?: unknown): Promise<{ ok: boolean; status: number; body: T } | undefined> {
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      signal: AbortSignal.timeout(deadlineMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { ok: response.ok, status: response.status, body: (await response.json()) as T };
  } catch {
    return undefined;
  }
}
