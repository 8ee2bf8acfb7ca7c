import type { Session } from '../api/session.ts';
import type { Letter } from '../state/item.ts';
import type { State } from '../state/model.ts';
import { en as text } from '../text/en.ts';
import { ItemCard } from './item-card.tsx';

interface Properties {
  state: State;
  session: Session;
  onLetter: (id: string, letter: Letter) => void;
}

/** Every e-mail and work item that is offered or in hand. */
export function ItemList({ state, session, onLetter }: Properties) {
  if (state.items.length === 0) return null;
  return (
    <section aria-label={text.items.heading} className="calls">
      <h2>{text.items.heading}</h2>
      {state.items.map(item => (
        <ItemCard key={item.id} item={item} state={state} session={session} onLetter={letter => onLetter(item.id, letter)} />
      ))}
    </section>
  );
}
