/** Attributes that the page shows and looks into. */
export const returnedAttributes = ['FirstName', 'LastName', 'EmailAddress', 'PhoneNumber'];

const maxWords = 4;

/** Contacts that have, for each word, a name, an address or a number that begins with it. */
export function contactQuery(text: string): string {
  const words = text.trim().split(/\s+/).slice(0, maxWords);
  return words.map(word => `(${returnedAttributes.map(name => `${name}:${escaped(word)}*`).join(' OR ')})`).join(' AND ');
}

const escaped = (word: string): string => word.replace(/[^\p{L}\p{N}@._]/gu, '\\$&');
