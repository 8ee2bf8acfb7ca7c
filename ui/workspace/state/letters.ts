import type { Email, Item, Letter, Letters } from './item.ts';
import { plainText } from './plain-text.ts';

/** A body is sent in two forms, and both fit into one request whatever the characters. */
export const maxBodyChars = 10_000;
const maxQuotedChars = 4_000;
const maxLetters = 20;

/** The addresses in a field: separated by commas, semicolons or lines. */
export const addressesFrom = (field: string): string[] =>
  field
    .split(/[,;\n]/)
    .map(each => each.trim())
    .filter(each => each !== '');

const listed = (addresses: readonly string[]): string => addresses.join(', ');

/** What an e-mail says, as text. */
export const textOf = (email: Email | undefined): string => email?.text ?? plainText(email?.html ?? '');

/** The form of an e-mail as the server holds it. */
export const letterFrom = (email: Email | undefined): Letter => ({
  from: email?.from ?? '',
  to: listed(email?.to ?? []),
  cc: listed(email?.cc ?? []),
  bcc: listed(email?.bcc ?? []),
  subject: email?.subject ?? '',
  body: textOf(email),
});

/** What the form of an e-mail shows: what was written and not saved, else what the server holds. */
export const letterOf = (letters: Letters, item: Item): Letter => letters[item.id] ?? letterFrom(item.email);

const normal = (letter: Letter): Letter => ({
  from: letter.from.trim(),
  to: listed(addressesFrom(letter.to)),
  cc: listed(addressesFrom(letter.cc)),
  bcc: listed(addressesFrom(letter.bcc)),
  subject: letter.subject,
  body: letter.body,
});
const same = (a: Letter, b: Letter): boolean => JSON.stringify(normal(a)) === JSON.stringify(normal(b));

/** With what was written of an e-mail; the letters that were begun first go when there are too many. */
export function withLetter(letters: Letters, id: string, letter: Letter): Letters {
  const others = Object.entries(letters).filter(([other]) => other !== id);
  return Object.fromEntries([...others, [id, letter] as const].slice(-maxLetters));
}

export function withoutLetter(letters: Letters, id: string): Letters {
  const { [id]: letter, ...rest } = letters;
  return letter === undefined ? letters : rest;
}

/** What the server holds needs no keeping; the same letters when nothing of theirs is there. */
export function settled(letters: Letters, item: Item): Letters {
  const letter = letters[item.id];
  return letter !== undefined && same(letter, letterFrom(item.email)) ? withoutLetter(letters, item.id) : letters;
}

/** Puts a text where the cursor is; its subject only where there is none. */
export function withInserted(letter: Letter, atChar: number, text: string, subject: string): Letter {
  const { body } = letter;
  return {
    ...letter,
    subject: letter.subject === '' ? subject : letter.subject,
    body: (body.slice(0, atChar) + text + body.slice(atChar)).slice(0, maxBodyChars),
  };
}

/** What an answer begins with: an empty line to write on, and what it answers. */
export function quoted(heading: string, text: string): string {
  if (text === '') return '';
  const lines = text.slice(0, maxQuotedChars).split(/\r?\n/);
  return ['', '', heading, ...lines.map(line => `> ${line}`)].join('\n').slice(0, maxBodyChars);
}
