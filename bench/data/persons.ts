import type { createSearch } from '../../origin/stores/search/index.ts';

type SearchIndex = ReturnType<typeof createSearch>;
export type SearchDocument = Parameters<SearchIndex['apply']>[0][number];

/** Numbers from 0 to 1 that are the same in every run. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const beginnings = 'an be chri da el fran gre hol i ja ka lu mar ni o pe ro sa to ur vik wil xa yo za'.split(' ');
const middles = 'na ber sti vi la ce go ri man te ré dü ño lle ge sha'.split(' ');
const endings = 'son berg mann ez ski a ova sen ini ka dez ton ley er us ic'.split(' ');
const skills = Array.from({ length: 200 }, (_, index) => `Skill ${index + 1}`);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Persons with some 6,000 first and 6,000 last names, of which a few are frequent; the same in every run. */
export function* persons(count: number): Generator<SearchDocument> {
  const random = createRandom(7);
  const pick = (list: readonly string[]): string => list[Math.floor(random() ** 1.5 * list.length)] ?? '';
  for (let dbid = 1; dbid <= count; dbid += 1) {
    const firstName = capital(pick(beginnings) + pick(middles) + pick(endings));
    const lastName = capital(pick(beginnings) + pick(middles) + pick(endings));
    const held = [...new Set(Array.from({ length: 3 }, () => Math.floor(random() * skills.length)))];
    yield {
      kind: 'person',
      dbid,
      tenantDbid: 101,
      enabled: true,
      name: `${firstName} ${lastName}`,
      texts: [`user${dbid}`, firstName, lastName, `E${100_000 + dbid}`, `user${dbid}@acme.example`, String(7_000_000 + dbid)],
      related: held.map(index => skills[index] ?? ''),
      agent: true,
      skillDbids: held.map(index => index + 1),
      groupDbids: [dbid % 500],
    };
  }
}
