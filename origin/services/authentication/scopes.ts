const known = new Set(['*', 'openid', 'offline_access']);

/**
 * The scope of a token: what was asked for, as far as the client may have it; everything the client may have when nothing was asked for.
 * Undefined when something was asked for that is not allowed. A client with `*` may have all there is.
 */
export function grantedScope(requested: string | undefined, allowed: readonly string[]): string | undefined {
  const all = allowed.includes('*');
  const asked = (requested ?? '').split(' ').filter(name => name !== '');
  if (asked.length === 0) return all ? '*' : allowed.filter(name => known.has(name)).join(' ');
  const granted = asked.filter(name => known.has(name) && (all || allowed.includes(name)));
  return granted.length === 0 ? undefined : [...new Set(granted)].join(' ');
}
