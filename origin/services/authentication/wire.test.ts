import { createLogger, silentLogger } from '@handover/shared/log';
import { AppError } from '@handover/shared/errors';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { basicOf, bearerOf, createApp, formBody, jsonBody } from './wire.ts';

describe('Basic credentials', () => {
  test('are user and password, which may hold colons', () => {
    expect(basicOf(`Basic ${btoa('ops:a:b')}`)).toEqual({ user: 'ops', password: 'a:b' });
  });
  test.each([
    [undefined],
    [''],
    ['Basic'],
    ['Basic '],
    ['Basic !!!'],
    [`Basic ${btoa('nocolon')}`],
    [`Bearer ${btoa('ops:ops')}`],
    [`Basic ${btoa('a:b')} x`],
  ])('%j are none', header => expect(basicOf(header)).toBeUndefined());
});

describe('an application', () => {
  const app = createApp(silentLogger);
  const schema = z.object({ data: z.object({ name: z.string().max(3) }) });
  app.post('/json', async c => c.json(await jsonBody(c, schema)));
  app.post('/form', async c => c.text((await formBody(c)).get('a') ?? ''));
  app.get('/bearer', c => c.text(bearerOf(c) ?? 'none'));
  app.get('/fault', () => {
    throw new Error('postgres://user:secret@host');
  });
  app.get('/busy', () => {
    throw new AppError('store.read-only');
  });
  const post = (path: string, body: string, type = 'application/json'): Response | Promise<Response> =>
    app.request(path, { method: 'POST', body, headers: { 'content-type': type } });

  test.each([
    ['', undefined],
    ['{', undefined],
    ['null', ''],
    ['{"data":{"name":1}}', 'data.name'],
    ['{"data":{"name":"long!"}}', 'data.name'],
    ['[]', ''],
  ])('the body %j is refused, naming the field', async (body, field) => {
    const answer = await post('/json', body);
    expect(answer.status).toBe(400);
    const { errors } = (await answer.json()) as { errors: { code: string; field?: string }[] };
    expect(errors[0]).toMatchObject({ code: 'request.invalid', ...(field === undefined ? {} : { field }) });
  });

  test('a body past the limit is refused, declared or not', async () => {
    expect((await post('/json', 'x'.repeat(65_537))).status).toBe(413);
    expect((await post('/form', 'a=1')).status).toBe(400);
    expect(await (await post('/form', 'a=1&a=2', 'application/x-www-form-urlencoded')).text()).toBe('1');
  });

  test('a bug is answered with a code and the request’s id and none of its text', async () => {
    const answer = await app.request('/fault', { headers: { 'x-request-id': 'request-1' } });
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(text).not.toContain('secret');
    expect(JSON.parse(text)).toMatchObject({ requestId: 'request-1', errors: [{ code: 'internal.fault' }] });
  });

  test('the id in an answer is the one in the log, also when the caller gave none', async () => {
    const lines: string[] = [];
    const logged = createApp(createLogger({ sink: line => lines.push(line), area: 'test' }));
    logged.get('/fault', () => {
      throw new Error('a bug');
    });
    const { requestId } = (await (await logged.request('/fault')).json()) as { requestId: string };
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ requestId, code: 'internal.fault' });
  });

  test('what may succeed later says when to come again', async () => {
    const answer = await app.request('/busy');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  });

  test.each([
    ['Bearer abc.def-_~+/=', 'abc.def-_~+/='],
    ['bearer x', 'x'],
    ['Bearer a b', 'none'],
    ['Bearer ', 'none'],
    ['Basic x', 'none'],
  ])('%s: %s', async (authorization, expected) =>
    expect(await (await app.request('/bearer', { headers: { authorization } })).text()).toBe(expected),
  );
});
