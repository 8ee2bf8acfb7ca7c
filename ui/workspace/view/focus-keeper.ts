import { useEffect, useRef } from 'react';

/**
 * Properties for a card whose used buttons are often gone or disabled afterwards: the focus then goes to the first field or button of the
 * card, not back to the page's start. `look` changes with what can be operated.
 */
export function useFocusKeeper(look: string) {
  const ref = useRef<HTMLElement>(null);
  const focused = useRef(false);
  useEffect(() => {
    if (!focused.current || document.activeElement !== document.body) return;
    ref.current?.querySelector<HTMLElement>('input:not(:disabled), button:not(:disabled)')?.focus();
  }, [look]);
  const onFocus = (): void => void (focused.current = true);
  const onBlur = (event: { relatedTarget: EventTarget | null }): void => {
    if (event.relatedTarget !== null) focused.current = false;
  };
  return { ref, onFocus, onBlur };
}
