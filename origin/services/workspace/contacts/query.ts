import { refuse, ok, type Result } from '@handover/shared/result';
import type { PatternPart, SearchQuery } from '../../../contracts/contacts.ts';

export const maxQueryLength = 1_000;
const maxTerms = 32;
const maxDepth = 8;
const fieldShape = /^[\p{L}][\p{L}\p{N}_.-]{0,63}$/u;

type Token = { kind: 'open' | 'close' | 'and' | 'or' | 'not' } | { kind: 'term'; query: SearchQuery };

class Fault extends Error {}

/**
 * Reads a search in the syntax of Lucene that desktops send: `Field:word*`, `Field:"a phrase"`, `word`, `AND`, `OR`, `NOT`, `+`, `-` and
 * brackets; two terms side by side are an `OR`, unless they are marked with `+`. Refuses with what is wrong and where.
 */
export function queryFrom(text: string): Result<SearchQuery, string> {
  try {
    if (text.length > maxQueryLength) throw new Fault(`longer than ${maxQueryLength} characters`);
    const tokens = tokensOf(text);
    if (tokens.length === 0) return ok({ kind: 'all' });
    if (tokens.filter(token => token.kind === 'term').length > maxTerms) throw new Fault(`more than ${maxTerms} terms`);
    const reader = { tokens, at: 0 };
    const query = anyOf(reader, 0);
    if (reader.at < tokens.length) throw new Fault('a bracket is closed that was not opened');
    return ok(query);
  } catch (fault) {
    if (fault instanceof Fault) return refuse(fault.message);
    throw fault;
  }
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

/** Terms side by side, or joined by OR. */
function anyOf(reader: Reader, depth: number): SearchQuery {
  if (depth > maxDepth) throw new Fault(`brackets within brackets, more than ${maxDepth}`);
  const parts = [allOf(reader, depth)];
  for (let token = reader.tokens[reader.at]; token !== undefined && token.kind !== 'close'; token = reader.tokens[reader.at]) {
    if (token.kind === 'or') reader.at += 1;
    parts.push(allOf(reader, depth));
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'or', parts };
}

function allOf(reader: Reader, depth: number): SearchQuery {
  const parts = [one(reader, depth)];
  for (let token = reader.tokens[reader.at]; token?.kind === 'and' || token?.kind === 'not'; token = reader.tokens[reader.at]) {
    if (token.kind === 'and') reader.at += 1;
    parts.push(one(reader, depth));
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'and', parts };
}

function one(reader: Reader, depth: number): SearchQuery {
  const token = reader.tokens[reader.at];
  reader.at += 1;
  switch (token?.kind) {
    case 'term':
      return token.query;
    case 'not':
      if (depth > maxDepth) throw new Fault(`more than ${maxDepth} exclusions in a row`);
      return { kind: 'not', part: one(reader, depth + 1) };
    case 'open': {
      const inside = anyOf(reader, depth + 1);
      if (reader.tokens[reader.at]?.kind !== 'close') throw new Fault('a bracket is not closed');
      reader.at += 1;
      return inside;
    }
    case 'close':
    case 'and':
    case 'or':
    case undefined:
      throw new Fault('a term is missing');
  }
}

const signs: Readonly<Record<string, Token['kind']>> = { '(': 'open', ')': 'close' };

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  // Field with its value, a phrase, a bracket, or a word; a backslash takes the next character as it stands.
  const shape = /\s+|[()]|&&|\|\||[+!-](?=\S)|(?:[^\s()":\\]|\\.)*:?"(?:[^"\\]|\\.)*"|(?:[^\s()"\\]|\\.)+|./gsu;
  let required = false;
  for (const [found] of text.matchAll(shape)) {
    if (/^\s+$/.test(found)) continue;
    const sign = signs[found];
    if (sign !== undefined) tokens.push({ kind: sign } as Token);
    else if (found === '&&' || found === 'AND') tokens.push({ kind: 'and' });
    else if (found === '||' || found === 'OR') tokens.push({ kind: 'or' });
    else if (found === 'NOT' || found === '!' || found === '-') tokens.push({ kind: 'not' });
    else if (found === '+') {
      // A marked term must be there: with what stands before it and with what follows.
      const last = tokens.at(-1)?.kind;
      if (last === 'term' || last === 'close') tokens.push({ kind: 'and' });
      required = true;
      continue;
    } else {
      const last = tokens.at(-1)?.kind;
      if (required && (last === 'term' || last === 'close')) tokens.push({ kind: 'and' });
      tokens.push({ kind: 'term', query: termFrom(found) });
    }
    required = false;
  }
  return tokens;
}

function termFrom(text: string): SearchQuery {
  if (text === '*:*' || text === '*') return { kind: 'all' };
  const colon = /^((?:[^:"\\]|\\.)*):/.exec(text)?.[1];
  const field = colon === undefined || colon === '*' ? undefined : plain(colon);
  if (field !== undefined && !fieldShape.test(field)) throw new Fault(`${field.slice(0, 64)} is not the name of a field`);
  let value = colon === undefined ? text : text.slice(colon.length + 1);
  const phrase = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  if (phrase === undefined && value.includes('"')) throw new Fault('a quotation mark is missing');
  // How much a term counts, and how far it may be off, decide about the order only.
  value = phrase ?? value.replace(/[~^][\d.]*$/, '');
  if (value === '') throw new Fault(field === undefined ? 'a term is empty' : `${field} has no value`);
  const pattern = phrase === undefined ? patternFrom(value) : [{ literal: plain(phrase) }];
  return pattern.length === 1 && pattern[0] === 'many' && field === undefined ? { kind: 'all' } : { kind: 'term', field, pattern };
}

const plain = (text: string): string => text.replace(/\\(.)/gsu, '$1');

function patternFrom(value: string): PatternPart[] {
  const parts: PatternPart[] = [];
  for (const [found] of value.matchAll(/\*+|\?|(?:[^*?\\]|\\.)+|\\/gsu)) {
    if (found.startsWith('*')) parts.push('many');
    else if (found === '?') parts.push('one');
    else parts.push({ literal: plain(found) });
  }
  return parts;
}
