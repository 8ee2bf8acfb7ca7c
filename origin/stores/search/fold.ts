/** Letters that are no base letter with an accent, as people type them without their keyboard. */
const plain: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd', æ: 'ae', œ: 'oe', þ: 'th', ı: 'i' };
const odd = new RegExp(`[${Object.keys(plain).join('')}]`, 'g');
const maxLength = 255;

/** Text as it is compared: lower case, without accents. Both indexes keep and ask only folded text, so they agree. */
export function folded(text: string): string {
  const lower = text.slice(0, maxLength).toLowerCase().replaceAll(/\s+/g, ' ');
  // Most text needs no more, and there is much of it.
  if (/^[\x20-\x7e]*$/.test(lower)) return lower.trim();
  return lower
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(odd, letter => plain[letter] ?? letter)
    .trim();
}

/** The words of folded text. An address or a number stays findable by its parts and, without what separates them, as one. */
export function wordsOf(text: string): string[] {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter(word => word !== '');
  return words.length > 1 && /^[+\d ()./-]+$/.test(text) ? [...words, words.join('')] : words;
}

/** How many letters of a word may be wrong. A number or an id is right or wrong; the first letter always counts. */
export const mistakesIn = (word: string): 0 | 1 | 2 => (word.length < 4 || /\d/.test(word) ? 0 : word.length < 8 ? 1 : 2);
