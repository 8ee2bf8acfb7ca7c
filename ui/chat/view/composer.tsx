import { useRef, type FormEvent, type KeyboardEvent } from 'react';
import { maxTextLength } from '../state/model.ts';
import type { Store } from '../store.ts';
import { en as text } from '../text/en.ts';

/** The agent is told again that the customer writes after this long. */
const typingAgainMs = 5_000;

/** Where the customer writes; Enter sends, Shift and Enter begins a new line. */
export function Composer({ store, draft }: { store: Store; draft: string }) {
  const { conversation, dispatch } = store;
  const toldAtMs = useRef(0);
  const write = (next: string): void => {
    dispatch({ kind: 'draft', draft: next });
    if (next === '') {
      if (toldAtMs.current !== 0) conversation.typing(false);
      toldAtMs.current = 0;
    } else if (Date.now() - toldAtMs.current >= typingAgainMs) {
      conversation.typing(true);
      toldAtMs.current = Date.now();
    }
  };
  const send = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault();
    conversation.say();
    toldAtMs.current = 0;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
  };
  return (
    <form className="composer" onSubmit={send}>
      <label>
        <span className="unseen">{text.message}</span>
        <textarea
          value={draft}
          onChange={event => write(event.target.value)}
          onKeyDown={onKeyDown}
          maxLength={maxTextLength}
          rows={2}
          placeholder={text.message}
          autoFocus={document.hasFocus()}
        />
      </label>
      <button type="submit" className="primary">
        {text.send}
      </button>
    </form>
  );
}
