import { afterEach, expect, test, vi } from 'vitest';
import { ChatError, createChatApi } from './client.ts';

const ticket = { chatId: 'c 1', token: 't1' };
const answers = (status: number, body: object) => vi.spyOn(globalThis, 'fetch').mockResolvedValue(Response.json(body, { status }));
afterEach(() => vi.restoreAllMocks());

test('a message goes with its id and the ticket, and without cookies', async () => {
  const asked = answers(200, { data: {} });
  await createChatApi('http://chat.test').say(ticket, 'm-1', 'hi');
  expect(asked).toHaveBeenCalledWith(
    'http://chat.test/chats/c%201/messages',
    expect.objectContaining({
      credentials: 'omit',
      headers: expect.objectContaining({ authorization: 'Bearer t1' }) as unknown,
      body: JSON.stringify({ text: 'hi', messageId: 'm-1' }),
    }),
  );
});

test.each([
  [401, 'auth.refused', 'over'],
  [404, 'interaction.unknown', 'over'],
  [409, 'session.conflict', 'over'],
  [429, 'auth.throttled', 'later'],
  [503, 'media.unavailable', 'later'],
  [503, 'outcome.unknown', 'unknown'],
  [504, 'media.timeout', 'unknown'],
  [400, 'request.invalid', 'refused'],
])('an answer %i %s is %s', async (status, code, failure) => {
  answers(status, { errors: [{ code }] });
  await expect(createChatApi('http://chat.test').say(ticket, 'm-1', 'hi')).rejects.toMatchObject({ failure, status });
});

test('no answer, and one that is not ours, leave it unknown', async () => {
  const api = createChatApi('http://chat.test');
  const asked = vi.spyOn(globalThis, 'fetch').mockRejectedValueOnce(new TypeError('cut'));
  await expect(api.leave(ticket)).rejects.toMatchObject({ failure: 'unknown' });
  asked.mockResolvedValueOnce(new Response('<html>', { status: 200 }));
  await expect(api.leave(ticket)).rejects.toBeInstanceOf(ChatError);
});
