import { describe, expect, it } from 'vitest';
import { typing } from './chats.ts';
import { initialState, type ChatLine, type Event, type State } from './model.ts';
import { reduce } from './reduce.ts';

const chat = { id: 'c1', state: 'Chat', subject: 'Help', capabilities: ['send-message'], userData: [] } as const;
const chatEvent: Event = { kind: 'chat', chat: { ...chat, capabilities: [...chat.capabilities], userData: [] } };
const line = (index: number, text: string, type = 'Text'): ChatLine => ({ index, type, text, nickname: 'Eve', from: 'Customer' });
const after = (...events: Event[]): State => events.reduce(reduce, initialState);
const lines = (...list: ChatLine[]): Event => ({ kind: 'lines', id: 'c1', lines: list });

describe('a chat', () => {
  it('shows each line once and in order, however often and in what order they come', () => {
    const state = after(chatEvent, lines(line(1, 'a'), line(3, 'c')), lines(line(2, 'b'), line(3, 'c')));
    expect(state.chats[0]?.lines.map(each => each.text)).toEqual(['a', 'b', 'c']);
  });

  it('keeps lines and draft when the server tells its state anew, as it does after a move', () => {
    const state = after(
      chatEvent,
      lines(line(1, 'a')),
      { kind: 'draft', id: 'c1', text: 'half a sen' },
      { kind: 'link', link: 'down' },
      chatEvent,
    );
    expect([state.chats[0]?.lines.length, state.drafts['c1']]).toEqual([1, 'half a sen']);
  });

  it('loses its draft when that was said, and not what was written meanwhile', () => {
    const draft = (text: string): Event => ({ kind: 'draft', id: 'c1', text });
    expect(after(chatEvent, draft('hello'), { kind: 'said', id: 'c1', text: 'hello' }).drafts).toEqual({});
    expect(after(chatEvent, draft('hello'), draft('hello you'), { kind: 'said', id: 'c1', text: 'hello' }).drafts['c1']).toBe('hello you');
  });

  it('is gone with its draft when the agent’s part in it is over', () => {
    const state = after(chatEvent, { kind: 'draft', id: 'c1', text: 'x' }, { kind: 'chat-over', id: 'c1' });
    expect([state.chats, state.drafts]).toEqual([[], {}]);
  });

  it('says who writes until that one has said it', () => {
    const writing = after(chatEvent, lines(line(1, '', 'TypingStarted')));
    expect(writing.chats.map(typing)).toEqual(['Eve']);
    expect(reduce(writing, lines(line(2, 'there'))).chats.map(typing)).toEqual([undefined]);
  });
});

describe('a search for contacts', () => {
  const search = (operationId: string): Event => ({ kind: 'search', operationId, deadlineAtMs: 100 });
  const found = (operationId: string): Event => ({ kind: 'found', operationId, contacts: [], total: 7 });

  it('shows what the last search found, not an earlier one', () => {
    expect(after(search('a'), search('b'), found('a')).search.status).toBe('searching');
    expect(after(search('a'), search('b'), found('b')).search).toMatchObject({ status: 'found', total: 7 });
  });

  it('fails when nobody answers in time', () => {
    expect(after(search('a'), { kind: 'tick', nowMs: 99 }).search.status).toBe('searching');
    expect(after(search('a'), { kind: 'tick', nowMs: 100 }).search.status).toBe('failed');
  });
});
