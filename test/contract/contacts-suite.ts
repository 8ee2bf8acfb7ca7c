import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryFrom } from '../../origin/services/workspace/contacts/index.ts';
import type { Keeper, SearchQuery } from '../support/ucs/index.ts';

const page = { startIndex: 0, maxResults: 10 };
const named = (name: string, value: string): { name: string; value: string } => ({ name, value });
export const query = (text: string): SearchQuery => {
  const result = queryFrom(text);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};

/** What every keeper of contacts and their history must do. */
export function contactsSuite(where: string, open: () => Promise<Keeper & { close?(): Promise<void> }>): void {
  describe(`contacts ${where}`, () => {
    let store: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store?.close?.());
    const made = (tenant: string, ...attributes: { name: string; value: string }[]) => store.contacts.create(tenant, attributes);
    const found = async (tenant: string, text: string): Promise<string[]> =>
      (await store.contacts.search(tenant, query(text), page, [{ attributeName: 'FirstName', mode: 'asc' }])).contacts.map(
        contact => contact.attributes.find(each => each.name === 'FirstName')?.value ?? '',
      );

    test('a search finds words, beginnings, phrases and numbers, whatever their accents and case', async () => {
      const tenant = 'search';
      await made(tenant, named('FirstName', 'Zoë'), named('LastName', 'van der Berg'), named('PhoneNumber', '+1 (555) 0100'));
      await made(tenant, named('FirstName', 'Joanna'), named('LastName', 'Müller'), named('EmailAddress', 'joanna@home.example'));
      await made(tenant, named('FirstName', 'John'), named('LastName', 'Smith'));
      expect(await found(tenant, 'FirstName:Jo*')).toEqual(['Joanna', 'John']);
      expect(await found(tenant, 'zoe')).toEqual(['Zoë']);
      expect(await found(tenant, 'LastName:"der Berg"')).toEqual(['Zoë']);
      expect(await found(tenant, 'LastName:muller OR LastName:smith')).toEqual(['Joanna', 'John']);
      expect(await found(tenant, 'Jo* AND NOT LastName:smith')).toEqual(['Joanna']);
      expect(await found(tenant, 'PhoneNumber:+15550100')).toEqual(['Zoë']);
      expect(await found(tenant, 'EmailAddress:joanna@home.example')).toEqual(['Joanna']);
      expect(await found(tenant, 'J?hn')).toEqual(['John']);
      expect(await found(tenant, 'FirstName:Smith')).toEqual([]);
    });

    test('pages follow each other without gap, and the total is that of all', async () => {
      const tenant = 'pages';
      for (let n = 0; n < 7; n += 1) await made(tenant, named('FirstName', `P${n}`));
      const sort = [{ attributeName: 'FirstName', mode: 'desc' as const }];
      const first = await store.contacts.search(tenant, { kind: 'all' }, { startIndex: 0, maxResults: 4 }, sort);
      const rest = await store.contacts.search(tenant, { kind: 'all' }, { startIndex: 4, maxResults: 4 }, sort);
      const names = [...first.contacts, ...rest.contacts].map(contact => contact.attributes[0]?.value);
      expect(names).toEqual(['P6', 'P5', 'P4', 'P3', 'P2', 'P1', 'P0']);
      expect([first.total, rest.total]).toEqual([7, 7]);
    });

    test('a tenant sees, changes and removes its own contacts only', async () => {
      const { id } = await made('one', named('FirstName', 'Ann'));
      const { contacts } = store;
      expect(await contacts.get('two', id)).toBeUndefined();
      expect(await found('two', 'Ann')).toEqual([]);
      expect(await contacts.update('two', id, { added: [], changed: [], deleted: ['FirstName'] })).toEqual({
        ok: false,
        reason: 'unknown',
      });
      expect(await contacts.remove('two', id)).toBe(false);
      expect(await contacts.get('one', id)).toMatchObject({ attributes: [{ name: 'FirstName', value: 'Ann' }] });
    });

    test('a change that comes from an older version is refused, and the newest is what searches find', async () => {
      const { contacts } = store;
      const { id, version, attributes } = await made('change', named('FirstName', 'Ann'), named('PhoneNumber', '1'));
      const change = {
        added: [named('City', 'Lyon')],
        changed: [{ id: attributes[0]?.id ?? '', value: 'Anna' }],
        deleted: ['PhoneNumber'],
        version,
      };
      const after = await contacts.update('change', id, change);
      expect(after).toMatchObject({ ok: true, value: { version: version + 1 } });
      expect(after.ok ? after.value.attributes.map(each => each.value) : []).toEqual(['Anna', 'Lyon']);
      expect(await contacts.update('change', id, change)).toEqual({ ok: false, reason: 'version' });
      expect(await found('change', 'FirstName:Anna')).toEqual(['Anna']);
      expect(await found('change', 'FirstName:Ann')).toEqual([]);
    });

    test('callers who come at once with the same new number get the same contact', async () => {
      const clue = [named('PhoneNumber', '+15550199')];
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => store.contacts.identify('identify', clue, [...clue, named('FirstName', 'New')])),
      );
      expect(new Set(answers.map(answer => answer.contactId)).size).toBe(1);
      expect(answers.filter(answer => answer.created)).toHaveLength(1);
      expect(await store.contacts.identify('identify', [named('PhoneNumber', '0')], undefined)).toMatchObject({ contactIds: [] });
    });

    test('a merged contact is answered as the one it went into, with its interactions', async () => {
      const { contacts, history } = store;
      const from = await made('merge', named('FirstName', 'Ann'), named('EmailAddress', 'a@b.example'));
      const into = await made('merge', named('FirstName', 'Ann'), named('City', 'Lyon'));
      const past = {
        mediaType: 'voice',
        interactionType: 'Inbound',
        interactionSubtype: 'InboundNew',
        status: 'Completed',
        startedAtMs: 1_000,
      };
      await history.recordInteraction('merge', { ...past, status: 'Completed', id: 'call1', contactId: from.id, userData: [] });
      const merged = await contacts.merge('merge', from.id, into.id);
      expect(merged.ok ? merged.value.attributes.map(each => each.value) : []).toEqual(['Ann', 'Lyon', 'a@b.example']);
      expect((await contacts.get('merge', from.id))?.id).toBe(into.id);
      const range = { order: 'desc', maxResults: 10 } as const;
      expect((await history.ofContact('merge', into.id, range)).map(each => each.id)).toEqual(['call1']);
      expect(await found('merge', 'EmailAddress:a@b.example')).toEqual(['Ann']);
      expect(await contacts.merge('merge', into.id, from.id)).toEqual({ ok: false, reason: 'same' });
    });

    test('what is written down of an interaction later does not take away what is known', async () => {
      const { history } = store;
      const call = {
        id: 'c1',
        mediaType: 'voice',
        interactionType: 'Inbound',
        interactionSubtype: 'InboundNew',
        startedAtMs: 5,
        userData: [],
      };
      expect(
        await history.recordInteraction('history', { ...call, status: 'InProgress', owner: 'agent1', comment: 'asked for help' }),
      ).toBe(true);
      expect(await history.recordInteraction('history', { ...call, status: 'Completed', endedAtMs: 9 })).toBe(false);
      expect(await history.get('history', 'c1')).toMatchObject({
        status: 'Completed',
        comment: 'asked for help',
        owner: 'agent1',
        endedAtMs: 9,
      });
      const { interactions, found: count } = await history.search('history', query('help'), { owners: ['agent1'], maxResults: 5 });
      expect([interactions.length, count]).toEqual([1, 1]);
      expect((await history.search('history', query('help'), { owners: ['agent2'], maxResults: 5 })).found).toBe(0);
      expect(await history.update('history', 'c1', { contactId: 'nobody' })).toBeUndefined();
    });
  });
}
