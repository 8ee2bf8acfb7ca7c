import { describe, expect, test } from 'vitest';
import { initialState, type Event, type Line, type State, type Ticket, type Transcript } from '../state/model.ts';
import { reduce } from '../state/reduce.ts';
import { ChatError, type ChatApi, type Failure } from './client.ts';
import { createConversation } from './conversation.ts';

const ticket: Ticket = { chatId: 'c1', token: 't1' };

/** A chat whose server does what the test says, in a page whose waits are over at once. */
function page(says: Partial<ChatApi> = {}) {
  let state: State = initialState;
  const waits: number[] = [];
  const said: [string, string][] = [];
  let ids = 0;
  const dispatch = (event: Event): void => void (state = reduce(state, event));
  const api: ChatApi = {
    open: () => Promise.resolve(ticket),
    say: (_, id, text) => {
      said.push([id, text]);
      return Promise.resolve();
    },
    typing: () => Promise.resolve(),
    leave: () => Promise.resolve(),
    transcript: () => new Promise(() => undefined),
    ...says,
  };
  const conversation = createConversation({
    api,
    get: () => state,
    dispatch,
    now: () => 0,
    random: () => 1,
    sleep: ms => {
      waits.push(ms);
      return Promise.resolve();
    },
    newId: () => `m${String((ids += 1))}`,
  });
  const say = (draft: string): void => {
    dispatch({ kind: 'draft', draft });
    conversation.say();
  };
  return { conversation, dispatch, say, said, waits, get: () => state };
}
const failing = (...failures: (Failure | undefined)[]) => {
  const left = [...failures];
  return () => {
    const failure = left.shift();
    return failure === undefined ? undefined : new ChatError(failure, 500);
  };
};
const answered = (lines: Line[], next: number, state: Transcript['state'] = 'Open'): Transcript => ({ state, next, lines });
const line: Line = { index: 1, type: 'Text', participantId: 'P2', nickname: 'Ann', userType: 'Agent', text: 'hello' };

describe('a message', () => {
  test('is sent again under its id until it is answered, and the next one after it', async () => {
    const next = failing('unknown', 'later');
    const sent: [string, string][] = [];
    const { conversation, say, waits, get } = page({
      say: (_, id, text) => {
        sent.push([id, text]);
        const error = next();
        return error === undefined ? Promise.resolve() : Promise.reject(error);
      },
    });
    await conversation.open({ nickname: 'Eve' });
    say('one');
    say('two');
    await expect.poll(() => get().outbox.map(each => each.state)).toEqual(['sent', 'sent']);
    expect(sent).toEqual([
      ['m1', 'one'],
      ['m1', 'one'],
      ['m1', 'one'],
      ['m2', 'two'],
    ]);
    expect(waits).toEqual([300, 600]);
  });

  test('that is refused is not sent again, and holds up no other', async () => {
    const next = failing('refused');
    const { conversation, say, get } = page({
      say: () => {
        const error = next();
        return error === undefined ? Promise.resolve() : Promise.reject(error);
      },
    });
    await conversation.open({ nickname: 'Eve' });
    say('one');
    say('two');
    await expect.poll(() => get().outbox.map(each => each.state)).toEqual(['refused', 'sent']);
  });

  test('that waited through a reload is sent with the id it had', async () => {
    const { conversation, dispatch, said } = page();
    dispatch({ kind: 'restored', ticket, draft: '', outbox: [{ id: 'before', text: 'still here?', state: 'waiting' }] });
    conversation.resume();
    await expect.poll(() => said).toEqual([['before', 'still here?']]);
  });
});

describe('the transcript', () => {
  test('is read on where it was when the connection comes back, at first without waiting for a line', async () => {
    const asked: [number, number][] = [];
    const answers = [answered([line], 2), new ChatError('unknown', 0), answered([], 2), answered([], 2, 'Closed')];
    const { conversation, get } = page({
      transcript: (_, from, waitS) => {
        asked.push([from, waitS]);
        const answer = answers.shift();
        return answer instanceof Error || answer === undefined ? Promise.reject(answer ?? new Error('no more')) : Promise.resolve(answer);
      },
    });
    await conversation.open({ nickname: 'Eve' });
    await expect.poll(() => get().phase).toBe('ended');
    expect(asked).toEqual([
      [1, 15],
      [2, 15],
      [2, 0],
      [2, 15],
    ]);
    expect(get().lines).toHaveLength(1);
  });

  test('shows that the connection is lost while nothing answers', async () => {
    let isAsked = 0;
    const { conversation, get } = page({
      transcript: () => ((isAsked += 1) === 1 ? Promise.reject(new ChatError('later', 503)) : new Promise(() => undefined)),
    });
    await conversation.open({ nickname: 'Eve' });
    await expect.poll(() => isAsked).toBe(2);
    expect(get()).toMatchObject({ phase: 'chat', connection: 'reconnecting' });
  });

  test('that is nobody’s any more ends the chat', async () => {
    const { conversation, get } = page({ transcript: () => Promise.reject(new ChatError('over', 401)) });
    await conversation.open({ nickname: 'Eve' });
    await expect.poll(() => get().phase).toBe('ended');
  });

  test('is asked for less often when it is answered at once without a line', async () => {
    const answers = [answered([], 1), answered([], 1, 'Closed')];
    const { conversation, get, waits } = page({ transcript: () => Promise.resolve(answers.shift() ?? answered([], 1, 'Closed')) });
    await conversation.open({ nickname: 'Eve' });
    await expect.poll(() => get().phase).toBe('ended');
    expect(waits[0]).toBe(1_000);
  });
});

test.each([
  ['later', 503, 'closed'],
  ['later', 429, 'too-many'],
  ['refused', 400, 'invalid'],
  ['unknown', 503, 'not-opened'],
  ['unknown', 0, 'not-opened'],
] as const)('a chat that is not opened (%s, %i) says why: %s', async (failure, status, fault) => {
  const { conversation, get } = page({ open: () => Promise.reject(new ChatError(failure, status)) });
  await conversation.open({ nickname: 'Eve' });
  expect(get()).toMatchObject({ phase: 'form', fault });
});

test('a customer who leaves is gone at once, and the server hears of it though it was away', async () => {
  const next = failing('later', 'unknown');
  let left = 0;
  const { conversation, get } = page({
    leave: () => {
      const error = next();
      if (error !== undefined) return Promise.reject(error);
      left += 1;
      return Promise.resolve();
    },
  });
  await conversation.open({ nickname: 'Eve' });
  const leaving = conversation.leave();
  expect(get().phase).toBe('ended');
  await leaving;
  expect(left).toBe(1);
});
