/** A login as typed, taken apart. */
export interface Login {
  /** The part before `\`, lower case; undefined when none was given. */
  domain: string | undefined;
  userName: string;
}

const maxLength = 255;

/** Reads `user` or `domain\user`; a domain given apart (the form's tenant field) counts when the name has none. Undefined when it is no login. */
export function loginFrom(text: string, tenantField?: string): Login | undefined {
  if (text.length > maxLength || hasControlCharacters(text)) return undefined;
  const parts = text.split('\\');
  if (parts.length > 2) return undefined;
  const [domain, userName] = parts.length === 2 ? parts : [tenantField, parts[0]];
  const trimmed = userName?.trim();
  if (!trimmed) return undefined;
  const named = domain?.trim().toLowerCase();
  if (parts.length === 2 && !named) return undefined;
  return { domain: named === '' ? undefined : named, userName: trimmed };
}

/** Who a token speaks for: `tenant\user`. */
export const accountIdFor = (tenant: string, userName: string): string => `${tenant}\\${userName}`;

/** Takes an account id apart; undefined when it is none. */
export function accountFrom(accountId: string): { tenant: string; userName: string } | undefined {
  const at = accountId.indexOf('\\');
  if (at < 1 || at === accountId.length - 1) return undefined;
  return { tenant: accountId.slice(0, at), userName: accountId.slice(at + 1) };
}

const hasControlCharacters = (text: string): boolean => /[\u0000-\u001f\u007f]/.test(text);
