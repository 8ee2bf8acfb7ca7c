import type { Item, Letters } from './item.ts';
import { letterOf, settled, withInserted, withLetter, withoutLetter } from './letters.ts';
import type { Event, State } from './model.ts';
import { withChange } from './workbins.ts';

const maxItems = 40;

type ItemEvent = Extract<
  Event,
  {
    kind:
      'item' | 'item-over' | 'letter' | 'insert' | 'letters' | 'outgoing-queue' | 'workbins' | 'workbin-changed' | 'responses' | 'fault';
  }
>;

/** The state after an event about e-mails and work items. */
export function reduceItems(state: State, event: ItemEvent): State {
  switch (event.kind) {
    case 'item':
      return { ...state, items: withItem(state.items, event.item), letters: settled(state.letters, event.item) };
    case 'item-over':
      return over(state, event.id);
    case 'letter':
      return written(state, event.id, () => withLetter(state.letters, event.id, event.letter));
    case 'insert':
      return written(state, event.id, item =>
        withLetter(state.letters, event.id, withInserted(letterOf(state.letters, item), event.atChar, event.text, event.subject)),
      );
    case 'letters':
      return { ...state, letters: event.letters };
    case 'outgoing-queue':
      return { ...state, outgoing: { ...state.outgoing, queue: event.queue } };
    case 'workbins':
      return { ...state, workbins: event.workbins };
    case 'workbin-changed':
      return { ...state, workbins: withChange(state.workbins, event.workbinId, event.operation, event.item) };
    case 'responses':
      return { ...state, responses: event.responses };
    case 'fault':
      return { ...state, faults: { ...state.faults, [event.id]: event.fault } };
  }
}

/** Takes in what the server says of an e-mail or a work item. */
function withItem(items: readonly Item[], told: Item): readonly Item[] {
  const known = items.some(item => item.id === told.id);
  return known ? items.map(item => (item.id === told.id ? told : item)) : [...items, told].slice(-maxItems);
}

/** The agent's part in it is over, and so is what was written. */
function over(state: State, id: string): State {
  const { [id]: _fault, ...faults } = state.faults;
  return { ...state, items: state.items.filter(item => item.id !== id), letters: withoutLetter(state.letters, id), faults };
}

/** What is written of an e-mail that is not in hand any more is not kept. */
function written(state: State, id: string, write: (item: Item) => Letters): State {
  const item = state.items.find(each => each.id === id);
  return item === undefined ? state : { ...state, letters: settled(write(item), item) };
}
