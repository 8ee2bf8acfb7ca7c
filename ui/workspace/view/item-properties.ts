import type { Session } from '../api/session.ts';
import type { Item } from '../state/item.ts';
import type { State } from '../state/model.ts';

/** What every part of a card of an e-mail or work item is given. */
export interface ItemProperties {
  item: Item;
  state: State;
  /** A command about it is under way. */
  busy: boolean;
  session: Session;
}
