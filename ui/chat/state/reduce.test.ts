import { describe, expect, test } from 'vitest';
import { initialState, maxWaiting, type Event, type Line, type State, type Transcript } from './model.ts';
import { nextOutgoing, reduce } from './reduce.ts';

const ticket = { chatId: 'c1', token: 't1' };
const after = (events: Event[], from: State = initialState): State => events.reduce(reduce, from);
const open = after([{ kind: 'opening' }, { kind: 'opened', ticket }]);
const line = (index: number, more: Partial<Line> = {}): Line => ({
  index,
  type: 'Text',
  participantId: 'P2',
  nickname: 'Ann',
  userType: 'Agent',
  text: `line ${String(index)}`,
  ...more,
});
const told = (lines: Line[], more: Partial<Transcript> = {}, nowMs = 0): Event => ({
  kind: 'told',
  transcript: { state: 'Open', next: (lines.at(-1)?.index ?? 0) + 1, lines, ...more },
  nowMs,
});
const say = (text: string, id: string): Event[] => [
  { kind: 'draft', draft: text },
  { kind: 'said', id },
];

describe('the transcript', () => {
  test('has a line once, though it is told again', () => {
    const state = after([told([line(1), line(2)]), told([line(2), line(3)])], open);
    expect(state.lines.map(({ index }) => index)).toEqual([1, 2, 3]);
    expect(state.next).toBe(4);
  });

  test('goes on where it was read to, though nothing was for the customer', () => {
    expect(after([told([], { next: 7 })], open).next).toBe(7);
  });

  test('stays when the connection is lost, and the connection is back with the next answer', () => {
    const lost = after([told([line(1)]), { kind: 'lost' }], open);
    expect(lost).toMatchObject({ connection: 'reconnecting', lines: [{ index: 1 }] });
    expect(reduce(lost, told([])).connection).toBe('connected');
  });

  test('stays when the chat is over, but the ticket does not', () => {
    const state = after([told([line(1)], { state: 'Closed' })], open);
    expect(state).toMatchObject({ phase: 'ended', lines: [{ index: 1 }] });
    expect(state.ticket).toBeUndefined();
  });
});

describe('a message', () => {
  test('waits until it stands in the transcript, and is shown once', () => {
    const said = after(say('hello', 'm1'), open);
    expect(said).toMatchObject({ draft: '', outbox: [{ id: 'm1', text: 'hello', state: 'waiting' }] });
    const sent = reduce(said, { kind: 'sent', id: 'm1' });
    expect(sent.outbox).toMatchObject([{ state: 'sent' }]);
    expect(reduce(sent, told([line(1, { userType: 'Customer', messageId: 'm1' })])).outbox).toEqual([]);
  });

  test('that is in the transcript is not sent again, though its answer was lost', () => {
    const said = after(say('hello', 'm1'), open);
    expect(nextOutgoing(said)?.id).toBe('m1');
    expect(nextOutgoing(reduce(said, told([line(1, { userType: 'Customer', messageId: 'm1' })])))).toBeUndefined();
  });

  test('goes after those that were written before it', () => {
    const said = after([...say('one', 'm1'), ...say('two', 'm2')], open);
    expect(nextOutgoing(said)?.id).toBe('m1');
    expect(nextOutgoing(reduce(said, { kind: 'sent', id: 'm1' }))?.id).toBe('m2');
  });

  test('of nothing but blanks is none', () => {
    expect(after(say('  ', 'm1'), open).outbox).toEqual([]);
  });

  test('stays a draft while too many wait', () => {
    const full = after(Array.from({ length: maxWaiting }, (_, count) => say('x', `m${String(count)}`)).flat(), open);
    expect(after(say('more', 'm-more'), full)).toMatchObject({ draft: 'more', outbox: { length: maxWaiting } });
  });

  test('that waits when the chat ends is shown as not sent', () => {
    const state = after([...say('hello', 'm1'), { kind: 'ended' }], open);
    expect(state.outbox).toMatchObject([{ id: 'm1', state: 'refused' }]);
    expect(nextOutgoing(state)).toBeUndefined();
  });
});

describe('an agent who writes', () => {
  const writes = told([line(1, { type: 'TypingStarted' })], {}, 1_000);

  test('is named until the message is there', () => {
    const state = reduce(open, writes);
    expect(state.writer?.nickname).toBe('Ann');
    expect(reduce(state, told([line(2)])).writer).toBeUndefined();
  });

  test('is not forgotten because another says something', () => {
    expect(after([writes, told([line(2, { participantId: 'P3' })])], open).writer?.nickname).toBe('Ann');
  });

  test('is believed for a while only', () => {
    const state = reduce(open, writes);
    expect(reduce(state, { kind: 'tick', nowMs: 10_999 }).writer).toBeDefined();
    expect(reduce(state, { kind: 'tick', nowMs: 11_000 }).writer).toBeUndefined();
  });

  test('is not the customer himself', () => {
    expect(reduce(open, told([line(1, { type: 'TypingStarted', userType: 'Customer' })])).writer).toBeUndefined();
  });
});

test('a chat that could not be opened leaves the form with the reason', () => {
  const state = after([{ kind: 'opening' }, { kind: 'not-opened', fault: 'closed' }]);
  expect(state).toMatchObject({ phase: 'form', fault: 'closed' });
  expect(reduce(state, { kind: 'opening' }).fault).toBeUndefined();
});

test('after a reload the draft and what waits are there, and the transcript is read from its beginning', () => {
  const outbox = [{ id: 'm1', text: 'x', state: 'waiting' as const }];
  expect(reduce(initialState, { kind: 'restored', ticket, outbox, draft: 'half' })).toMatchObject({
    phase: 'chat',
    ticket,
    draft: 'half',
    next: 1,
    outbox,
  });
});
