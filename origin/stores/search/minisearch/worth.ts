import { mistakesIn } from '../fold.ts';
import { worth } from '../query.ts';

/** What a word of the index is worth for a word that was asked for: 0 when it is no match. */
export function worthOf(asked: string, found: string): number {
  if (found === asked) return worth.word;
  if (found.startsWith(asked)) return worth.beginning;
  const allowed = mistakesIn(asked);
  return allowed > 0 && found[0] === asked[0] && mistakesBetween(asked, found) <= allowed ? worth.mistaken : 0;
}

/** Letters added, left out or replaced, and neighbours swapped: the last being the slip that fingers make most. */
function mistakesBetween(a: string, b: string): number {
  let twoBack: number[] = [];
  let back = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((back[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (back[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (twoBack[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [twoBack, back] = [back, row];
  }
  return back[b.length] ?? 0;
}
