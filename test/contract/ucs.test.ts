import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { systemClock } from '@handover/shared/time';
import { afterEach, describe, expect, test } from 'vitest';
import { createUcs } from '../../origin/connectors/ucs/index.ts';

type Answer = { status?: number; body?: unknown } | 'reset' | 'silence';
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A contact server that answers by a script, and remembers what it was asked. */
async function scripted(...script: Answer[]) {
  const asked: { path: string; body: Record<string, unknown> }[] = [];
  const answer = (response: ServerResponse, next: Answer | undefined): void => {
    if (next === 'silence') return;
    if (next === 'reset' || next === undefined) return void response.socket?.destroy();
    response.writeHead(next.status ?? 200, { 'content-type': 'application/json' });
    response.end(typeof next.body === 'string' ? next.body : JSON.stringify(next.body ?? {}));
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> });
    answer(response, script.shift());
  };
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, url, contacts: contactsAt(url) };
}

const contactsAt = (url: string) => createUcs({ url, clock: systemClock, random: () => 0, log: silentLogger, timeoutMs: 200 }).contacts;

const wire = {
  contactId: 'c1',
  version: 3,
  createdDate: 10,
  modifiedDate: 20,
  attributes: [{ id: 'a1', name: 'FirstName', value: 'Ann', isPrimary: true }],
};
const ann = {
  id: 'c1',
  version: 3,
  createdAtMs: 10,
  modifiedAtMs: 20,
  attributes: [{ id: 'a1', name: 'FirstName', value: 'Ann', primary: true }],
};
const name = (value: string) => ({ name: 'FirstName', value });

describe('what is asked and how it is understood', () => {
  test('a contact by its id', async () => {
    const { contacts, asked } = await scripted({ body: { contact: wire } });
    expect(await contacts.get('acme', 'c1')).toEqual(ann);
    expect(asked).toEqual([{ path: '/ucs/v1/OMContacts/GetAttributes', body: { tenant: 'acme', contactId: 'c1' } }]);
  });

  test('one that does not exist', async () => {
    const { contacts } = await scripted({ status: 404, body: { code: 'ContactNotFound' } });
    expect(await contacts.get('acme', 'c1')).toBeUndefined();
  });

  test('a search, in the words of Lucene', async () => {
    const { contacts, asked } = await scripted({ body: { contacts: [wire], totalCount: 50_000 } });
    const query = { kind: 'term', field: 'FirstName', pattern: [{ literal: 'An' }, 'many'] } as const;
    const found = await contacts.search('acme', query, { startIndex: 10, maxResults: 5 }, [{ attributeName: 'LastName', mode: 'desc' }]);
    expect(found).toEqual({ contacts: [ann], total: 10_000 });
    expect(asked[0]).toMatchObject({
      path: '/ucs/v1/Index/Search',
      body: { query: 'FirstName:An*', startIndex: 10, maxResults: 5, sortCriteria: [{ attrName: 'LastName', sortMode: 'Descending' }] },
    });
  });

  test('changes, and their refusals', async () => {
    const { contacts, asked } = await scripted(
      { body: { contact: wire } },
      { status: 409, body: { code: 'VersionConflict' } },
      { status: 400, body: { code: 'SameContact' } },
      { body: {} },
      { status: 404, body: { code: 'ContactNotFound' } },
    );
    const change = { added: [name('Ann')], changed: [{ id: 'a1', value: 'Anna', primary: true }], deleted: ['a2'], version: 2 };
    expect(await contacts.update('acme', 'c1', change)).toEqual(ok(ann));
    expect(asked[0]?.body).toEqual({
      tenant: 'acme',
      contactId: 'c1',
      addedAttributes: [{ name: 'FirstName', value: 'Ann', isPrimary: false }],
      changedAttributes: [{ id: 'a1', value: 'Anna', isPrimary: true }],
      deletedAttributes: ['a2'],
      version: 2,
    });
    expect(await contacts.update('acme', 'c1', change)).toEqual(refuse('version'));
    expect(await contacts.merge('acme', 'c1', 'c1')).toEqual(refuse('same'));
    expect(await contacts.remove('acme', 'c1')).toBe(true);
    expect(await contacts.remove('acme', 'c1')).toBe(false);
  });

  test('who it is, found or made', async () => {
    const { contacts, asked } = await scripted(
      { body: { contactIds: [] } },
      { body: { contactId: 'c9', contactIds: ['c9'], created: true } },
    );
    const clues = [{ name: 'PhoneNumber', value: '+15550100' }];
    expect(await contacts.identify('acme', clues, undefined)).toEqual({ contactId: undefined, contactIds: [], created: false });
    expect(await contacts.identify('acme', clues, [name('Ann')])).toEqual({ contactId: 'c9', contactIds: ['c9'], created: true });
    expect(asked.map(({ path }) => path)).toEqual(['/ucs/v1/OMContacts/IdentifyContact', '/ucs/v1/Contact/findOrCreate']);
  });
});

describe('a contact server that gives no answer', () => {
  test.each<[string, Answer]>([
    ['resets', 'reset'],
    ['is silent', 'silence'],
    ['is overloaded', { status: 503 }],
    ['has a fault', { status: 500 }],
    ['says something else', { body: '<html>' }],
  ])('and %s is read from again', async (_what, fault) => {
    const { contacts, asked } = await scripted(fault, fault, { body: { contact: wire } });
    expect(await contacts.get('acme', 'c1')).toEqual(ann);
    expect(asked).toHaveLength(3);
  });

  test('three times is unavailable', async () => {
    const { contacts, asked } = await scripted('reset', 'reset', 'reset', { body: { contact: wire } });
    await expect(contacts.get('acme', 'c1')).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(asked).toHaveLength(3);
  });

  test.each<[string, Answer]>([
    ['resets', 'reset'],
    ['is silent', 'silence'],
    ['has a fault', { status: 500 }],
  ])('and %s is not written to again: what happened is unknown', async (_what, fault) => {
    const { contacts, asked } = await scripted(fault, { body: { contact: wire } });
    await expect(contacts.create('acme', [name('Ann')])).rejects.toMatchObject({ code: 'outcome.unknown' });
    expect(asked).toHaveLength(1);
  });

  test('because it refuses is written to again', async () => {
    const { contacts, asked } = await scripted({ status: 503 }, { status: 429 }, { body: { contact: wire } });
    expect(await contacts.create('acme', [name('Ann')])).toEqual(ann);
    expect(asked).toHaveLength(3);
  });

  test('because nobody listens is unavailable, and nothing is unknown', async () => {
    const { url } = await scripted();
    await new Promise(resolve => server?.close(resolve));
    await expect(contactsAt(url).create('acme', [name('Ann')])).rejects.toMatchObject({ code: 'store.unavailable' });
  });
});

test('an answer without an end is not read to the end', async () => {
  const big = { body: { contact: { ...wire, contactId: 'x'.repeat(5 * 1024 * 1024) } } };
  const { contacts } = await scripted(big, big, big);
  await expect(contacts.get('acme', 'c1')).rejects.toMatchObject({ code: 'store.unavailable' });
});

test('an answer that is no contact is a fault, never half a contact', async () => {
  const { contacts } = await scripted({ body: { contact: { attributes: 'none' } } });
  await expect(contacts.get('acme', 'c1')).rejects.toMatchObject({ code: 'store.unavailable' });
});
