import type { AgentSessionKey } from '../contracts/ownership.ts';
import type { SessionKey } from '../contracts/registry.ts';

const unsafe = /[^A-Za-z0-9._~@-]/;
const part = (text: string): string => (unsafe.test(text) ? encodeURIComponent(text).replace(/[!'()*]/g, escape) : text);
const escape = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;

/** The session's name in registry, referee and logs: no white space, comma or control character can be in it. */
export const sessionKey = (key: AgentSessionKey): SessionKey => `${part(key.tenant)}:${part(key.person)}`;

/** Back from the name; undefined when it is not one. */
export function sessionParts(session: SessionKey): AgentSessionKey | undefined {
  const [tenant, person, ...rest] = session.split(':');
  if (tenant === undefined || person === undefined || rest.length > 0) return undefined;
  try {
    return { tenant: decodeURIComponent(tenant), person: decodeURIComponent(person) };
  } catch {
    return undefined;
  }
}
