import { silentLogger } from '@handover/shared/log';
import { systemClock } from '@handover/shared/time';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUcs } from '../../origin/connectors/ucs/index.ts';
import { createPostgres, type Postgres } from '../../origin/stores/postgres/index.ts';
import { createMemoryContacts, startUcs } from '../support/ucs/index.ts';
import { contactsSuite, query } from './contacts-suite.ts';
import { startPostgres, type TestPostgres } from './stores-support.ts';

let servers: TestPostgres;
let store: Postgres;
beforeAll(async () => {
  servers = await startPostgres(['us-east']);
  store = createPostgres({ url: servers.url('us-east'), log: silentLogger });
  await store.start();
  await store.ready();
});
afterAll(async () => {
  await store?.stop();
  await servers?.stop();
});

contactsSuite('in PostgreSQL', () => Promise.resolve(store.contacts));
contactsSuite('in memory', () => Promise.resolve(createMemoryContacts()));
contactsSuite('at a Universal Contact Server', async () => {
  const server = await startUcs();
  const ucs = createUcs({ url: server.url, clock: systemClock, random: Math.random, log: silentLogger });
  return { contacts: ucs.contacts, history: ucs.history, close: () => server.kill() };
});

describe('standard responses in PostgreSQL', () => {
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
