import { expect, test } from 'vitest';
import { initialState } from '../state/model.ts';
import { createKeeper } from './kept.ts';

const chat = { ...initialState, phase: 'chat' as const, ticket: { chatId: 'c1', token: 't1' }, draft: 'half' };

function storage() {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (name: string) => map.get(name) ?? null,
    setItem: (name: string, value: string) => void map.set(name, value),
    removeItem: (name: string) => void map.delete(name),
  };
}

test('what is kept is there after a reload', () => {
  const at = storage();
  createKeeper(at).save(chat);
  expect(createKeeper(at).load()).toEqual({ ticket: chat.ticket, outbox: [], draft: 'half' });
});

test('a chat that is over is forgotten', () => {
  const at = storage();
  createKeeper(at).save(chat);
  createKeeper(at).save({ ...initialState, phase: 'ended' });
  expect(at.map.size).toBe(0);
});

test.each(['', 'null', '{', '{"ticket":{}}', '{"ticket":{"chatId":"c","token":"t"},"outbox":{},"draft":""}'])(
  '%s is nothing kept',
  text => {
    const at = storage();
    at.map.set('handover.chat', text);
    expect(createKeeper(at).load()).toBeUndefined();
  },
);

test('a page that may keep nothing goes on', () => {
  const forbidden = (): never => {
    throw new Error('forbidden');
  };
  const keeper = createKeeper({ getItem: forbidden, setItem: forbidden, removeItem: forbidden });
  expect(() => keeper.save(chat)).not.toThrow();
  expect(keeper.load()).toBeUndefined();
});
