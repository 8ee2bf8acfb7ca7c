import { beforeEach, describe, expect, it } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import type { Bench, Tab } from '../fakes/bench.ts';

let bench: Bench;
let tab: Tab;
let path: string;

beforeEach(async () => {
  bench = createBench();
  tab = await openLoggedIn(bench);
  await tab.post('/media/email/interactions/create', { data: { queue: 'email-out', to: 'you@home.test' } });
  path = `/media/email/interactions/${interaction().id}`;
});

const interaction = (): { id: string; attachments?: { id: string; name: string; mime: string; size: number; path: string }[] } =>
  tab.heard('/workspace/v3/media/email').findLast(each => each['interaction'] !== undefined)?.['interaction'] as { id: string };

async function attach(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  mime = 'text/plain',
): Promise<{ status: number; field: string | undefined }> {
  const form = new FormData();
  form.set('attachment', new File([bytes], name, { type: mime }));
  const request = new Request('http://x/', { method: 'POST', body: form });
  const response = await bench.call('POST', `${path}/add-attachment`, {
    raw: new Uint8Array(await request.arrayBuffer()),
    headers: { cookie: tab.cookie, 'content-type': request.headers.get('content-type') ?? '' },
  });
  const body = (await response.json()) as { errors?: { field?: string }[] };
  return { status: response.status, field: body.errors?.[0]?.field };
}
const text = new TextEncoder().encode('hello');

it('a file is attached, named by the interaction, read back and removed', async () => {
  expect(await attach('näme.txt', text)).toEqual({ status: 200, field: undefined });
  const [attachment] = interaction().attachments ?? [];
  expect(attachment).toMatchObject({ name: 'näme.txt', mime: 'text/plain', size: 5, path: `${path}/attachments/${attachment?.id ?? ''}` });
  const file = await bench.call('GET', attachment?.path ?? '', { headers: { cookie: tab.cookie } });
  expect([await file.text(), file.headers.get('content-disposition')]).toEqual(['hello', "attachment; filename*=UTF-8''n%C3%A4me.txt"]);
  await tab.post(`${path}/remove-attachment/${attachment?.id ?? ''}`, {});
  expect([interaction().attachments, bench.documents.files.size]).toEqual([undefined, 0]);
});

describe('refused with 400 that names the file', () => {
  it.each([
    ['a program by its name', 'setup.EXE', text, 'application/octet-stream'],
    ['a program by its beginning', 'photo.png', new Uint8Array([0x4d, 0x5a, 1]), 'image/png'],
    ['a script', 'notes.txt', new TextEncoder().encode('#!/bin/sh'), 'text/plain'],
    ['an empty file', 'a.txt', new Uint8Array(0), 'text/plain'],
  ])('%s', async (_what, name, bytes, mime) => {
    expect(await attach(name, bytes, mime)).toEqual({ status: 400, field: 'attachment' });
    expect(bench.documents.files.size).toBe(0);
  });

  it('the eleventh', async () => {
    for (let i = 0; i < 10; i += 1) await attach(`${String(i)}.txt`, text);
    expect(await attach('11.txt', text)).toEqual({ status: 400, field: 'attachment' });
  });

  it('no form at all', async () => {
    const answer = await tab.post(`${path}/add-attachment`, { data: {} });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'attachment']);
  });
});

it('more than 2 MiB is 413', async () => {
  expect((await attach('a.txt', new Uint8Array(2_200_000))).status).toBe(413);
});

it('a file of an interaction that is not in hand is 404', async () => {
  await attach('a.txt', text);
  const id = interaction().attachments?.[0]?.id ?? '';
  expect((await tab.get(`/media/email/interactions/other/attachments/${id}`)).status).toBe(404);
});
