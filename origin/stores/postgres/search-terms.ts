import type { PendingQuery, Row, Sql, TransactionSql } from 'postgres';
import type { PatternPart, SearchQuery } from '../../contracts/contacts.ts';

/** Whose terms: each has its own fields. */
export type TermKind = 'contact' | 'interaction' | 'response';
/** A condition of a statement that is put together of parts. */
export type Condition = PendingQuery<Row[]>;

const maxTermLength = 96;
const maxTermsPerValue = 64;
/** Sorts behind everything that begins with the same text, under collation C. */
const behindAll = '\u{10FFFF}';

const isPhone = (name: string | undefined): boolean => name !== undefined && /phone/i.test(name);

/** A text as searches see it: without accents and case; words of letters, digits and what stands in addresses. */
const foldText = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}@.+_-]+/gu, ' ');

/** The form in which values of an attribute are compared. A phone number is its digits, however it was written. */
export const folded = (name: string | undefined, value: string): string =>
  isPhone(name) ? value.replace(/[^\p{L}\p{N}+]/gu, '').toLowerCase() : foldText(value).trim();

/** The text from each of its words on. */
export function termsOf(name: string, value: string): string[] {
  const whole = folded(name, value);
  if (whole === '') return [];
  if (isPhone(name)) return [...new Set([whole, whole.replace(/^\+/, '')])].map(term => term.slice(0, maxTermLength));
  const starts = [0, ...[...whole.matchAll(/ /g)].map(match => match.index + 1)].slice(0, maxTermsPerValue);
  return [...new Set(starts.map(start => whole.slice(start, start + maxTermLength)))];
}

/** Replaces the terms of one owner. */
export async function writeTerms(
  sql: TransactionSql,
  owner: { tenant: string; kind: TermKind; id: string },
  values: readonly { name: string; value: string | undefined }[],
): Promise<void> {
  const { tenant, kind, id } = owner;
  await sql`delete from search_terms where tenant = ${tenant} and kind = ${kind} and owner_id = ${id}`;
  const seen = new Map<string, { tenant: string; kind: string; term: string; name: string; owner_id: string }>();
  for (const { name, value } of values)
    for (const term of termsOf(name, value ?? '')) seen.set(JSON.stringify([name, term]), { tenant, kind, term, name, owner_id: id });
  if (seen.size > 0) await sql`insert into search_terms ${sql([...seen.values()])}`;
}

/** The condition that a row is found by a query; `column` holds the owner's id as text. */
export function conditionOf(sql: Sql, query: SearchQuery, of: { tenant: string; kind: TermKind; column: Condition }): Condition {
  switch (query.kind) {
    case 'all':
      return sql`true`;
    case 'not':
      return sql`not (${conditionOf(sql, query.part, of)})`;
    case 'and':
    case 'or':
      return query.parts
        .map(part => sql`(${conditionOf(sql, part, of)})`)
        .reduce((all, part) => (query.kind === 'and' ? sql`${all} and ${part}` : sql`${all} or ${part}`));
    case 'term': {
      const named = query.field === undefined ? sql`` : sql`and name = ${query.field}`;
      return sql`${of.column} in (select owner_id from search_terms
        where tenant = ${of.tenant} and kind = ${of.kind} ${named} and ${match(sql, query.field, query.pattern)})`;
    }
  }
}

function match(sql: Sql, field: string | undefined, pattern: readonly PatternPart[]): Condition {
  const parts = pattern.map(part => (typeof part === 'string' ? part : { literal: fold(field, part.literal) }));
  const first = parts[0];
  const start = (typeof first === 'object' ? first.literal : '').slice(0, maxTermLength);
  if (parts.every(part => typeof part === 'object')) {
    const word = parts
      .map(part => part.literal)
      .join('')
      .trim()
      .slice(0, maxTermLength);
    // A word, or a text that goes on with another word; a text as long as a term may be was cut there.
    return sql`(term = ${word} or (term >= ${`${word} `} and term < ${`${word} ${behindAll}`}))`;
  }
  const inRange = sql`term >= ${start} and term < ${start + behindAll}`;
  if (parts.length === 2 && parts[1] === 'many') return inRange;
  const like = parts.map(part => (part === 'many' ? '%' : part === 'one' ? '_' : part.literal.replace(/[\\%_]/g, '\\$&'))).join('');
  return sql`(${inRange} and (term like ${like} or term like ${`${like} %`}))`;
}

const fold = (field: string | undefined, literal: string): string => (isPhone(field) ? folded(field, literal) : foldText(literal));
