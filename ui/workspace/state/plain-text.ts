const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
const maxCodePoint = 0x10ffff;

function character(entity: string, name: string): string {
  const known = entities[name.toLowerCase()];
  if (known !== undefined) return known;
  const code = /^#x/i.test(name) ? Number(`0x${name.slice(2)}`) : Number(name.slice(1));
  return name.startsWith('#') && code > 0 && code <= maxCodePoint ? String.fromCodePoint(code) : entity;
}

/** The words of HTML, to be written on or quoted as text; never to be put into a page as HTML. */
export function plainText(html: string): string {
  return html
    .replace(/<(head|style|script|title)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/\s+/g, ' ')
    .replace(/<br\b[^>]*>|<\/(p|div|li|tr|h[1-6]|table|ul|ol|blockquote)\s*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,6});/gi, character)
    .replace(/ *\n */g, '\n')
    .trim();
}
