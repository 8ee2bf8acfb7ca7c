import { probeTimeoutMs } from './probe.ts';

export interface SessionStatus {
  /** The user name. */
  agent: string;
  /** The agent session's id; it stays the same wherever the session moves. */
  sessionId: string;
  region: string;
  node: string;
  epoch: number;
}

const maxSessions = 50_000;
const chunk = 1_000;

/** The agent sessions that have an owner, from the registry; an empty list when it does not answer in time. Keys: `origin/ownership/schema.md`. */
export async function registrySessions(registry: { url: string; token: string }): Promise<SessionStatus[]> {
  const signal = AbortSignal.timeout(2 * probeTimeoutMs);
  const ask = async (commands: string[][]): Promise<unknown[]> => {
    if (commands.length === 0) return [];
    const response = await fetch(`${registry.url}/pipeline`, {
      method: 'POST',
      headers: { authorization: `Bearer ${registry.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(commands),
      signal,
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return ((await response.json()) as { result?: unknown }[]).map(reply => reply.result);
  };
  try {
    const nodes = Object.keys(hashFrom((await ask([['hgetall', 'ho:nodes']]))[0]));
    const owned = await ask(nodes.map(node => ['smembers', `ho:owned:${node}`]));
    const keys = [...new Set(owned.flatMap(wordsFrom))].slice(0, maxSessions);
    const sessions: SessionStatus[] = [];
    for (let at = 0; at < keys.length; at += chunk) {
      const some = keys.slice(at, at + chunk);
      const records = await ask(some.map(key => ['hgetall', `ho:rec:${key}`]));
      sessions.push(...some.flatMap((key, index) => sessionFrom(key, hashFrom(records[index]))));
    }
    return sessions;
  } catch {
    return [];
  }
}

const wordsFrom = (reply: unknown): string[] => (Array.isArray(reply) ? reply.map(String) : []);

function hashFrom(reply: unknown): Record<string, string> {
  const words = wordsFrom(reply);
  return Object.fromEntries(words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1] ?? '']] : [])));
}

function sessionFrom(key: string, record: Record<string, string>): SessionStatus[] {
  const { e: epoch, o: owner, r: region, s: state } = record;
  // A third part names what a person has at another service: that is no agent session.
  if (key.split(':').length !== 2) return [];
  if (epoch === undefined || owner === undefined || owner === '' || (state !== 'active' && state !== 'claimed')) return [];
  const [tenant = '', person = ''] = key.split(':').map(decodeURIComponent);
  return [{ agent: person, sessionId: `${tenant}:${person}`, region: region ?? '', node: owner.split('~')[0] ?? '', epoch: Number(epoch) }];
}
