import type { Options } from '../../options.ts';

const maxCookieLength = 128;

/**
 * The value of a cookie in a Cookie header. Pairs may be joined without the space, and other people's attributes (`Path=/`)
 * may stand among them: only the exact name counts. The first of several wins, as browsers send the most specific first.
 */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  let from = 0;
  for (;;) {
    const at = header.indexOf(name, from);
    if (at < 0) return undefined;
    const end = at + name.length;
    if (header.charCodeAt(end) === 61 && isPairStart(header, at)) {
      const stop = header.indexOf(';', end + 1);
      const value = header.slice(end + 1, stop < 0 ? undefined : stop).trim();
      const bare = value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
      return bare.length > 0 && bare.length <= maxCookieLength ? bare : undefined;
    }
    from = end;
  }
}

function isPairStart(header: string, at: number): boolean {
  let index = at - 1;
  while (index >= 0 && header.charCodeAt(index) === 32) index--;
  return index < 0 || header.charCodeAt(index) === 59;
}

/** The Set-Cookie value that binds a browser to its sessions. */
export function browserCookie(options: Options, browserId: string): string {
  let cookie = `${options.browserCookieName}=${browserId}`;
  if (options.browserCookiePath !== '') cookie += `; Path=${options.browserCookiePath}`;
  if (options.browserCookieDomain !== undefined) cookie += `; Domain=${options.browserCookieDomain}`;
  if (options.browserCookieMaxAge >= 0) cookie += `; Max-Age=${options.browserCookieMaxAge}`;
  if (options.browserCookieHttpOnly) cookie += '; HttpOnly';
  if (options.browserCookieSecure) cookie += '; Secure';
  if (options.browserCookieSameSite !== undefined) cookie += `; SameSite=${options.browserCookieSameSite}`;
  if (options.browserCookiePartitioned) cookie += '; Partitioned';
  return cookie;
}
