import { AppError } from '@handover/shared/errors';
import type { SearchQuery } from '../../contracts/search.ts';
import { folded, wordsOf } from './fold.ts';

const maxWindow = 10_000;
const maxLimit = 1_000;
const maxWords = 8;

/** The term of a query as both indexes ask for it. */
export interface AskedTerm {
  whole: string;
  words: string[];
}

/** Throws for a page that no index gives. */
export function askedTerm(query: SearchQuery): AskedTerm {
  if (query.limit < 1 || query.limit > maxLimit) throw tooFar('limit', `1 to ${maxLimit}`);
  if (query.offset < 0 || query.offset + query.limit > maxWindow) throw tooFar('offset', `0 to ${maxWindow - query.limit}`);
  const whole = folded(query.term);
  return { whole, words: [...new Set(wordsOf(whole))].slice(0, maxWords) };
}

const tooFar = (field: string, range: string): AppError =>
  new AppError('request.invalid', { field, text: `${field}: must be ${range}; narrow the search` });

/** What a word of the term is worth by how it is found: a whole word before the beginning of one, a slip of the keys last but one. */
export const worth = { word: 8, beginning: 4, mistaken: 2, related: 1 } as const;
