import { mistakesIn } from '../fold.ts';
import { worth } from '../query.ts';
import { worthOf } from './worth.ts';

/** The words of an index that may be meant by a mistyped one. */
export interface Vocabulary {
  add(word: string): void;
  /** Words that `asked` is but for mistakes; words that begin with it are found otherwise. At most 50. */
  mistaken(asked: string): string[];
}

const mostFound = 50;

/**
 * A scan of the words with the same first letter and about the same length. Numbers and ids, most of what an index has, are not among them,
 * so these are a few hundred: much less than what walking a tree for two mistakes visits. Words stay when their last document goes.
 */
export function createVocabulary(): Vocabulary {
  const shelves = new Map<string, Set<string>>();
  const shelfOf = (word: string, length: number): string => `${word.charAt(0)}${length}`;
  return {
    add(word) {
      if (/\d/.test(word)) return;
      const shelf = shelfOf(word, word.length);
      const words = shelves.get(shelf);
      if (words === undefined) shelves.set(shelf, new Set([word]));
      else words.add(word);
    },
    mistaken(asked) {
      const allowed = mistakesIn(asked);
      const found: string[] = [];
      if (allowed === 0) return found;
      for (let length = asked.length - allowed; length <= asked.length + allowed; length += 1)
        for (const word of shelves.get(shelfOf(asked, length)) ?? []) {
          if (worthOf(asked, word) === worth.mistaken) found.push(word);
          if (found.length === mostFound) return found;
        }
      return found;
    },
  };
}
