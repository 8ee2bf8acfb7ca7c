import { describe, expect, it } from 'vitest';
import type { Item, Letter } from './item.ts';
import { lettersFromText, textFromLetters } from './kept-letters.ts';
import { letterOf, quoted, withInserted, withLetter } from './letters.ts';
import { initialState, type Event, type State } from './model.ts';
import { reduce } from './reduce.ts';

const email = { from: 'us@x.example', to: ['eve@x.example'], cc: [], bcc: [], subject: 'Re: Order', text: 'saved', html: undefined };
const item: Item = {
  id: 'e1',
  medium: 'email',
  state: 'Composing',
  subject: 'Re: Order',
  capabilities: ['save', 'send', 'cancel'],
  userData: [],
  email,
  attachments: [],
};
const letter: Letter = { from: 'us@x.example', to: 'eve@x.example', cc: '', bcc: '', subject: 'Re: Order', body: 'half a sen' };
const told = (more: Partial<Item> = {}): Event => ({ kind: 'item', item: { ...item, ...more } });
const writes = (more: Partial<Letter> = {}): Event => ({ kind: 'letter', id: 'e1', letter: { ...letter, ...more } });
const after = (...events: Event[]): State => events.reduce(reduce, initialState);

describe('an e-mail or work item', () => {
  it('is shown once, as it was told last', () => {
    const { items } = after(told(), told({ id: 'w1', medium: 'workitem', state: 'Invited' }), told({ subject: 'now' }));
    expect(items.map(each => [each.id, each.subject])).toEqual([
      ['e1', 'now'],
      ['w1', 'Re: Order'],
    ]);
  });

  it('is gone with what was written and what was refused when the agent’s part in it is over', () => {
    const fault: Event = { kind: 'fault', id: 'e1', fault: { field: 'to', message: 'm' } };
    const { items, letters, faults } = after(told(), writes(), fault, { kind: 'item-over', id: 'e1' });
    expect({ items, letters, faults }).toEqual({ items: [], letters: {}, faults: {} });
  });
});

describe('a letter', () => {
  it('begins as what the server holds', () => {
    expect(letterOf({}, item)).toEqual({ ...letter, body: 'saved' });
  });

  it('begins as the words of what was written in HTML elsewhere', () => {
    const html = { ...email, text: undefined, html: '<p>Hello</p>' };
    expect(letterOf({}, { ...item, email: html }).body).toBe('Hello');
  });

  it('stays when the server tells its state anew, as it does after a move', () => {
    expect(after(told(), writes(), { kind: 'link', link: 'down' }, told()).letters).toEqual({ e1: letter });
  });

  it('is settled when the server holds the same, however its addresses were written', () => {
    const saved = { ...email, to: ['eve@x.example', 'bob@x.example'], text: letter.body };
    expect(after(told(), writes({ to: ' eve@x.example;bob@x.example, ' }), told({ email: saved })).letters).toEqual({});
  });

  it('stays when more was written than the server holds', () => {
    const saved = { ...email, text: 'half a sen' };
    expect(after(told(), writes({ body: 'half a sentence' }), told({ email: saved })).letters['e1']?.body).toBe('half a sentence');
  });

  it('is none when it was changed back', () => {
    expect(after(told(), writes(), writes({ body: 'saved' })).letters).toEqual({});
  });

  it('is not kept of an e-mail that is not in hand', () => {
    expect(after(writes()).letters).toEqual({});
  });

  it('takes a standard response where the cursor is, and its subject only where there is none', () => {
    const insert: Event = { kind: 'insert', id: 'e1', atChar: 5, text: '[x]', subject: 'theirs' };
    expect(after(told(), insert).letters['e1']).toMatchObject({ body: 'saved[x]', subject: 'Re: Order' });
    expect(withInserted({ ...letter, subject: '' }, 4, '[x]', 'theirs')).toMatchObject({ body: 'half[x] a sen', subject: 'theirs' });
  });

  it('is one of the twenty that were written last', () => {
    const ids = Array.from({ length: 21 }, (_, index) => `e${index}`);
    const letters = ids.reduce((before, id) => withLetter(before, id, letter), {});
    expect(Object.keys(letters)).toEqual(ids.slice(1));
  });

  it('quotes what it answers, and nothing when there is no text', () => {
    expect(quoted('Eve wrote:', 'a\r\nb')).toBe('\n\nEve wrote:\n> a\n> b');
    expect(quoted('Eve wrote:', '')).toBe('');
  });
});

describe('letters that are kept', () => {
  const text = textFromLetters('ann', { e1: letter });

  it('are there again for the same user, and for nobody else', () => {
    expect(lettersFromText('ann', text)).toEqual({ e1: letter });
    expect(lettersFromText('bob', text)).toEqual({});
  });

  it.each([null, '', '{', 'null', '[]', '{"user":"ann"}', '{"user":"ann","letters":{"e1":{"from":1}}}'])('are none in %j', kept => {
    expect(lettersFromText('ann', kept)).toEqual({});
  });
});

describe('what the server does not take', () => {
  const sent = (id: number): Event => ({ kind: 'sent', command: { id, callId: 'e1', name: 'Send', deadlineAtMs: 1 } });
  const refused: Event = { kind: 'refused', id: 1, code: 'request.invalid', message: 'data.to.1: too short', field: 'data.to.1' };

  it('is shown at its field and in a notice', () => {
    const state = after(told(), sent(1), refused);
    expect(state.faults).toEqual({ e1: { field: 'to', message: 'too short' } });
    expect(state.notices).toEqual([{ id: 1, kind: 'refused', command: 'Send', detail: 'too short', field: 'to' }]);
  });

  it('is forgotten when it is tried again', () => {
    expect(after(told(), sent(1), refused, sent(2)).faults).toEqual({});
  });
});

describe('workbins', () => {
  const resting = { id: 'e1', medium: 'email', subject: 'Order', from: 'eve@x.example' } as const;
  const workbins: Event = { kind: 'workbins', workbins: [{ id: 'email-draft', medium: 'email', items: [] }] };
  const change = (operation: 'Placed' | 'Taken' | 'Properties', subject = 'Order', workbinId = 'email-draft'): Event => ({
    kind: 'workbin-changed',
    workbinId,
    operation,
    item: { ...resting, subject },
  });
  const subjects = (...events: Event[]): (string | undefined)[] =>
    after(workbins, ...events).workbins.flatMap(workbin => workbin.items.map(each => each.subject));

  it('hold what was placed, once and as it is now, until it is taken', () => {
    expect(subjects(change('Placed'), change('Placed'))).toEqual(['Order']);
    expect(subjects(change('Placed'), change('Properties', 'now'))).toEqual(['now']);
    expect(subjects(change('Placed'), change('Taken'))).toEqual([]);
  });

  it('hold nothing by a change of what is not in them', () => {
    expect(subjects(change('Properties'), change('Placed', 'x', 'another'))).toEqual([]);
  });
});
