import type { PatternPart, SearchQuery } from '../../contracts/contacts.ts';

const special = /[+\-&|!(){}[\]^"~*?:\\/ ]/g;
const escaped = (text: string): string => text.replace(special, sign => `\\${sign}`);

/** The words that Lucene reads as operators. */
const operators: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT']);

const partText = (part: PatternPart): string => (part === 'many' ? '*' : part === 'one' ? '?' : escaped(part.literal));

function patternText(pattern: readonly PatternPart[]): string {
  const text = pattern.map(partText).join('');
  return operators.has(text) ? `\\${text}` : text;
}

/** The query in Lucene's classic syntax, every operator spelled out. */
export function luceneFrom(query: SearchQuery): string {
  switch (query.kind) {
    case 'all':
      return '*:*';
    case 'term':
      return query.field === undefined ? patternText(query.pattern) : `${escaped(query.field)}:${patternText(query.pattern)}`;
    case 'and':
    case 'or': {
      const parts = query.parts.map(part => luceneFrom(part));
      if (parts.length === 0) return query.kind === 'and' ? '*:*' : '(*:* NOT *:*)';
      return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(query.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    // Lucene finds nothing by an exclusion alone.
    case 'not':
      return `(*:* NOT ${luceneFrom(query.part)})`;
  }
}
