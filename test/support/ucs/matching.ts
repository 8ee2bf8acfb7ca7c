import type { PatternPart, SearchQuery } from './types.ts';

/** What a search looks into. */
export interface Field {
  name: string;
  value: string | undefined;
}

const isPhone = (name: string | undefined): boolean => name !== undefined && /phone/i.test(name);

/** How values are compared: without accents, case and punctuation; phone numbers by what one dials. */
export function comparable(name: string | undefined, text: string): string {
  if (isPhone(name)) return text.replaceAll(/[^\p{L}\p{N}+]/gu, '').toLowerCase();
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.replaceAll(/[^\p{L}\p{N}@.+_-]+/gu, ' ').trim();
}

/** Whether what these fields say is found by a query. */
export function matches(query: SearchQuery, fields: readonly Field[]): boolean {
  switch (query.kind) {
    case 'all':
      return true;
    case 'and':
      return query.parts.every(part => matches(part, fields));
    case 'or':
      return query.parts.some(part => matches(part, fields));
    case 'not':
      return !matches(query.part, fields);
    case 'term':
      return fields.some(
        ({ name, value }) =>
          value !== undefined &&
          (query.field === undefined || query.field === name) &&
          expressionOf(name, query.pattern).test(comparable(name, value)),
      );
  }
}

const special = /[.*+?^${}()|[\]\\]/g;

/** From a word's beginning to a word's end. */
function expressionOf(name: string, pattern: readonly PatternPart[]): RegExp {
  const parts = pattern.map(part =>
    part === 'many' ? '.*' : part === 'one' ? '.' : comparable(name, part.literal).replaceAll(special, String.raw`\$&`),
  );
  return new RegExp(`(^| )${isPhone(name) ? '\\+?' : ''}${parts.join('')}( |$)`, 'u');
}
