import { useState, type FormEvent } from 'react';
import type { Opening } from '../api/client.ts';
import type { Options } from '../options.ts';
import type { State } from '../state/model.ts';
import { en as text } from '../text/en.ts';

/** Asks who it is and what it is about. */
export function StartForm({ state, options, onOpen }: { state: State; options: Options; onOpen: (opening: Opening) => void }) {
  const [nickname, setNickname] = useState(options.nickname ?? '');
  const [subject, setSubject] = useState(options.subject ?? '');
  const isOpening = state.phase === 'opening';
  const open = (event: FormEvent): void => {
    event.preventDefault();
    if (isOpening || nickname.trim() === '') return;
    const { queue, contactCenter } = options;
    onOpen({
      nickname: nickname.trim(),
      ...(subject.trim() === '' ? {} : { subject: subject.trim() }),
      ...(queue === undefined ? {} : { queue }),
      ...(contactCenter === undefined ? {} : { contactCenter }),
    });
  };
  return (
    <form className="start" onSubmit={open} aria-busy={isOpening}>
      <label>
        {text.form.nickname}
        <input
          value={nickname}
          onChange={event => setNickname(event.target.value)}
          maxLength={64}
          required
          autoComplete="name"
          autoFocus={document.hasFocus()}
        />
      </label>
      <label>
        {text.form.subject}
        <input value={subject} onChange={event => setSubject(event.target.value)} maxLength={256} autoComplete="off" />
      </label>
      <button type="submit" className="primary" aria-disabled={isOpening}>
        {isOpening ? text.form.opening : text.form.open}
      </button>
      <p role="alert" className="fault">
        {state.fault === undefined ? '' : text.fault[state.fault]}
      </p>
    </form>
  );
}
