import { useEffect, useRef } from 'react';

/** What comes first in a card: the text to write, else the first field or button. */
const firstOf = (card: HTMLElement | null): HTMLElement | null =>
  card?.querySelector<HTMLElement>('textarea:not(:disabled)') ??
  card?.querySelector<HTMLElement>('input:not(:disabled), button:not(:disabled)') ??
  null;

/**
 * Properties for a card whose used buttons are often gone or disabled afterwards: the focus then goes to what comes first in the card, not
 * back to the page's start, and on to what comes before that a moment later. `look` changes with what can be operated.
 */
export function useFocusKeeper(look: string) {
  const ref = useRef<HTMLElement>(null);
  const focused = useRef(false);
  /** Where the focus was put, until the agent moves it. */
  const placed = useRef<HTMLElement>(null);
  useEffect(() => {
    const active = document.activeElement;
    if (!focused.current || (active !== document.body && active !== placed.current)) return;
    placed.current = firstOf(ref.current);
    placed.current?.focus();
  }, [look]);
  const onFocus = (event: { target: EventTarget }): void => {
    focused.current = true;
    if (event.target !== placed.current) placed.current = null;
  };
  const onBlur = (event: { relatedTarget: EventTarget | null }): void => {
    if (event.relatedTarget !== null) focused.current = false;
  };
  return { ref, onFocus, onBlur };
}
