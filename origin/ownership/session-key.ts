import { ownedServices, type AgentSessionKey } from '../contracts/ownership.ts';
import type { SessionKey } from '../contracts/registry.ts';

const unsafe = /[^A-Za-z0-9._~@-]/;
const part = (text: string): string => (unsafe.test(text) ? encodeURIComponent(text).replace(/[!'()*]/g, escape) : text);
const escape = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;

/** The session's name in registry, referee and logs: no white space, comma or control character can be in it. */
export const sessionKey = ({ tenant, person, service }: AgentSessionKey): SessionKey =>
  `${part(tenant)}:${part(person)}${service === undefined ? '' : `:${service}`}`;

/** Back from the name; undefined when it is not one. */
export function sessionParts(session: SessionKey): AgentSessionKey | undefined {
  const [tenant, person, third, ...rest] = session.split(':');
  const service = ownedServices.find(known => known === third);
  if (tenant === undefined || person === undefined || third !== service || rest.length > 0) return undefined;
  try {
    const key = { tenant: decodeURIComponent(tenant), person: decodeURIComponent(person) };
    return service === undefined ? key : { ...key, service };
  } catch {
    return undefined;
  }
}
