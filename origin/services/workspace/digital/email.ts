import type { EmailWire } from '@handover/shared/api/workspace';
import { kvList, kvNested, kvStr, kvText } from '@handover/shared/genesys';
import type { KvList } from '@handover/shared/genesys';

/** What an e-mail says, as its operations bring it. */
export interface EmailContent {
  from?: string | undefined;
  to?: readonly string[] | undefined;
  cc?: readonly string[] | undefined;
  bcc?: readonly string[] | undefined;
  subject?: string | undefined;
  mime?: string | undefined;
  body?: string | undefined;
  bodyAsPlainText?: string | undefined;
}

/**
 * The content of an e-mail is kept with the interaction itself, in one list of its properties: so it goes wherever the interaction goes, to
 * another agent, a workbin or another node.
 */
export const emailKey = '_email';
export const commentKey = '_comment';
const hidden: ReadonlySet<string> = new Set([emailKey, commentKey, '_attachments']);
const single = ['from', 'subject', 'mime', 'body', 'bodyAsPlainText'] as const;
const several = ['to', 'cc', 'bcc'] as const;

/** The pair to keep, with what the e-mail had and what is new. */
export function emailPair(before: KvList, content: EmailContent): KvList[number] {
  const known = emailFrom(before) ?? { to: [], cc: [], bcc: [] };
  const pairs: KvList = [];
  for (const field of single) {
    const value = content[field] ?? known[field];
    if (value !== undefined) pairs.push(kvStr(field, value));
  }
  for (const field of several) {
    const list = content[field] ?? known[field];
    if (list.length > 0) pairs.push(kvStr(field, list.join('\n')));
  }
  return kvNested(emailKey, pairs);
}

const listOf = (list: KvList, field: string): string[] => {
  const text = kvText(list, field);
  return text === undefined || text === '' ? [] : text.split(/[\n;]/).map(each => each.trim());
};

/** The e-mail in an interaction's properties; servers that know no such list name its parts in the first level. */
export function emailFrom(userData: KvList): EmailWire | undefined {
  const own = kvList(userData, emailKey);
  if (own === undefined) return foreignEmail(userData);
  const email: EmailWire = { to: listOf(own, 'to'), cc: listOf(own, 'cc'), bcc: listOf(own, 'bcc') };
  for (const field of single) {
    const value = kvText(own, field);
    if (value !== undefined) email[field] = value;
  }
  return email;
}

/** Keys under which Genesys' e-mail servers attach what they read. */
const foreign = {
  from: ['FromAddress', 'From'],
  subject: ['Subject'],
  body: ['Body'],
  bodyAsPlainText: ['BodyAsPlainText', 'Body', 'Text'],
} as const;

function foreignEmail(userData: KvList): EmailWire | undefined {
  const first = (keys: readonly string[]): string | undefined => keys.map(key => kvText(userData, key)).find(value => value !== undefined);
  const email: EmailWire = { to: listOf(userData, 'To'), cc: listOf(userData, 'Cc'), bcc: [] };
  let found = email.to.length > 0;
  for (const [field, keys] of Object.entries(foreign) as [keyof typeof foreign, readonly string[]][]) {
    const value = first(keys);
    if (value === undefined) continue;
    email[field] = value;
    found = true;
  }
  return found ? email : undefined;
}

/** The user data that clients see: without what has a field of its own. */
export const visibleData = (userData: KvList): KvList => userData.filter(pair => !hidden.has(pair.key));
