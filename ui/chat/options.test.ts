import { expect, test } from 'vitest';
import { optionsFrom } from './options.ts';

test('the fragment says what the chat is for', () => {
  expect(optionsFrom('#queue=chat-inbound&nickname=Eve%20B&subject=order+7&contactCenter=acme')).toEqual({
    queue: 'chat-inbound',
    nickname: 'Eve B',
    subject: 'order 7',
    contactCenter: 'acme',
  });
});

test('what is unknown or empty is left out, and what is too long is cut', () => {
  expect(optionsFrom(`#other=1&queue=%20&nickname=${'x'.repeat(100)}`)).toEqual({ nickname: 'x'.repeat(64) });
});
