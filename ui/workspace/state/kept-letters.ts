import type { Letter, Letters } from './item.ts';

const fields = ['from', 'to', 'cc', 'bcc', 'subject', 'body'] as const;

/** What was written and not saved, for the same user's page when it is loaded again. */
export const textFromLetters = (user: string, letters: Letters): string => JSON.stringify({ user, letters });

const isLetter = (value: unknown): value is Letter =>
  typeof value === 'object' && value !== null && fields.every(field => typeof (value as Record<string, unknown>)[field] === 'string');

/** The letters that were kept for this user; none when the text says something else. */
export function lettersFromText(user: string, text: string | null): Letters {
  try {
    const kept = JSON.parse(text ?? '') as { user?: unknown; letters?: unknown } | null;
    if (kept?.user !== user || typeof kept.letters !== 'object' || kept.letters === null) return {};
    return Object.fromEntries(Object.entries(kept.letters).filter((entry): entry is [string, Letter] => isLetter(entry[1])));
  } catch {
    return {};
  }
}
