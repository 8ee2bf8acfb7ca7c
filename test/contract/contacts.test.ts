import { createLogger } from '@handover/shared/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgres, type Postgres } from '../../origin/stores/postgres/index.ts';
import { queryFrom } from '../../origin/services/workspace/contacts/index.ts';
import { startPostgres, type TestPostgres } from './stores-support.ts';

type Query = Parameters<Postgres['contacts']['contacts']['search']>[1];
const page = { startIndex: 0, maxResults: 10 };
const named = (name: string, value: string): { name: string; value: string } => ({ name, value });
const query = (text: string): Query => {
  const result = queryFrom(text);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};

describe('contacts in PostgreSQL', () => {
  let servers: TestPostgres;
  let store: Postgres;
  beforeAll(async () => {
    servers = await startPostgres(['us-east']);
    store = createPostgres({ url: servers.url('us-east'), log: createLogger({ sink: () => undefined, area: 'test' }) });
    await store.start();
    await store.ready();
  });
  afterAll(async () => {
    await store?.stop();
    await servers?.stop();
  });
  const made = (tenant: string, ...attributes: { name: string; value: string }[]) => store.contacts.contacts.create(tenant, attributes);
  const found = async (tenant: string, text: string): Promise<string[]> =>
    (await store.contacts.contacts.search(tenant, query(text), page, [{ attributeName: 'FirstName', mode: 'asc' }])).contacts.map(
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
    const first = await store.contacts.contacts.search(tenant, { kind: 'all' }, { startIndex: 0, maxResults: 4 }, sort);
    const rest = await store.contacts.contacts.search(tenant, { kind: 'all' }, { startIndex: 4, maxResults: 4 }, sort);
    const names = [...first.contacts, ...rest.contacts].map(contact => contact.attributes[0]?.value);
    expect(names).toEqual(['P6', 'P5', 'P4', 'P3', 'P2', 'P1', 'P0']);
    expect([first.total, rest.total]).toEqual([7, 7]);
  });

  test('a tenant sees, changes and removes its own contacts only', async () => {
    const { id } = await made('one', named('FirstName', 'Ann'));
    const { contacts } = store.contacts;
    expect(await contacts.get('two', id)).toBeUndefined();
    expect(await found('two', 'Ann')).toEqual([]);
    expect(await contacts.update('two', id, { added: [], changed: [], deleted: ['FirstName'] })).toEqual({ ok: false, reason: 'unknown' });
    expect(await contacts.remove('two', id)).toBe(false);
    expect(await contacts.get('one', id)).toMatchObject({ attributes: [{ name: 'FirstName', value: 'Ann' }] });
  });

  test('a change that comes from an older version is refused, and the newest is what searches find', async () => {
    const { contacts } = store.contacts;
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
      Array.from({ length: 8 }, () => store.contacts.contacts.identify('identify', clue, [...clue, named('FirstName', 'New')])),
    );
    expect(new Set(answers.map(answer => answer.contactId)).size).toBe(1);
    expect(answers.filter(answer => answer.created)).toHaveLength(1);
    expect(await store.contacts.contacts.identify('identify', [named('PhoneNumber', '0')], undefined)).toMatchObject({ contactIds: [] });
  });

  test('a merged contact is answered as the one it went into, with its interactions', async () => {
    const { contacts, history } = store.contacts;
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
    const { history } = store.contacts;
    const call = {
      id: 'c1',
      mediaType: 'voice',
      interactionType: 'Inbound',
      interactionSubtype: 'InboundNew',
      startedAtMs: 5,
      userData: [],
    };
    expect(await history.recordInteraction('history', { ...call, status: 'InProgress', owner: 'agent1', comment: 'asked for help' })).toBe(
      true,
    );
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

  test('texts are found in their tree and by their words, and favourites are each person’s own', async () => {
    const { responses } = store.contacts;
    const category = { id: '0198f000-0000-7000-8000-000000000901', name: 'General', description: '' };
    const id = '0198f000-0000-7000-8000-000000000911';
    const text = {
      id,
      name: 'Greeting',
      description: '',
      subject: 'Hello',
      body: '<p>Welcome</p>',
      plainTextBody: 'Welcome',
      language: 'English',
    };
    const file = { documentId: '0198f000-0000-7000-8000-000000000921', name: 'a.txt', mimeType: 'text/plain', text: 'inside' };
    await responses.put('texts', category, [{ ...text, approved: true, attachments: [file] }]);
    expect(await responses.rootCategories('texts')).toMatchObject([{ name: 'General' }]);
    expect((await responses.category('texts', category.id))?.responses).toMatchObject([{ id, attachments: [{ name: 'a.txt', size: 6 }] }]);
    expect((await responses.search('texts', query('welc*'), 5)).map(each => each.id)).toEqual([id]);
    expect(await responses.addFavorite('texts', 'agent1', id)).toBe(true);
    expect(await responses.favorites('texts', 'agent1')).toHaveLength(1);
    expect(await responses.favorites('texts', 'agent2')).toEqual([]);
    expect(await responses.addFavorite('other', 'agent1', id)).toBe(false);
    const inside = await responses.attachment('texts', id, file.documentId);
    expect(Buffer.from(inside?.content ?? []).toString()).toBe('inside');
    expect(await responses.attachment('other', id, file.documentId)).toBeUndefined();
  });
});
