import { workspaceCookie } from '@handover/shared/headers';
import { uuidv7 } from '@handover/shared/ids';
import type { AgentSessionKey } from '../../../contracts/ownership.ts';
import type { WebSession, WebSessionCodec } from '../../../contracts/workspace.ts';

const maxCookieHeader = 16_384;

/**
 * The values of one cookie in a Cookie header, in order. Tolerates what real clients send: no space after `;`, the attributes of a
 * Set-Cookie line, repeated names, quotes.
 */
export function cookieValues(header: string | null | undefined, name: string): string[] {
  if (header == null || header.length > maxCookieHeader) return [];
  return header.split(';').flatMap(part => {
    const at = part.indexOf('=');
    if (at < 0 || part.slice(0, at).trim() !== name) return [];
    const value = part.slice(at + 1).trim();
    return [value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value];
  });
}

/** The newest web session among the cookies that opens and has not expired. */
export async function webSessionFrom(
  cookieHeader: string | null | undefined,
  codec: WebSessionCodec,
  nowMs: number,
): Promise<WebSession | undefined> {
  let newest: WebSession | undefined;
  for (const value of cookieValues(cookieHeader, workspaceCookie).slice(0, 4)) {
    const opened = value.length <= 1024 ? await codec.open(value) : undefined;
    if (opened === undefined || opened.expiresAtMs <= nowMs) continue;
    if (newest === undefined || opened.issuedAtMs > newest.issuedAtMs) newest = opened;
  }
  return newest;
}

export const freshWebSession = (key: AgentSessionKey, nowMs: number, lifeMs: number): WebSession => ({
  sid: uuidv7(nowMs),
  ...key,
  issuedAtMs: nowMs,
  expiresAtMs: nowMs + lifeMs,
});

export interface CookieOptions {
  /** On https: `SameSite=None; Secure; Partitioned`, so that a framed desktop keeps its session. On http none of them. */
  secure: boolean;
}

export function setCookie(value: string, options: CookieOptions, maxAgeS: number): string {
  const attributes = ['Path=/', `Max-Age=${String(maxAgeS)}`, 'HttpOnly'];
  if (options.secure) attributes.push('SameSite=None', 'Secure', 'Partitioned');
  return [`${workspaceCookie}=${value}`, ...attributes].join('; ');
}

/** The key under which the Bayeux side knows a web session. */
export const attachmentKey = (key: AgentSessionKey, sid: string): string => [key.tenant, key.person, sid].map(encodeURIComponent).join('/');

export function fromAttachmentKey(text: string): { key: AgentSessionKey; sid: string } | undefined {
  const [tenant, person, sid] = text.split('/').map(decodeURIComponent);
  return tenant === undefined || person === undefined || sid === undefined ? undefined : { key: { tenant, person }, sid };
}
