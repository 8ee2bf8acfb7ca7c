import { useRef } from 'react';
import { Button, FieldError, Label, TextArea, TextField } from 'react-aria-components';
import type { Letter } from '../state/item.ts';
import { letterOf, maxBodyChars } from '../state/letters.ts';
import { en as text } from '../text/en.ts';
import { Attachments } from './attachments.tsx';
import { Field } from './field.tsx';
import type { ItemProperties } from './item-properties.ts';
import { Responses } from './responses.tsx';

/** As many addresses as the server takes fit in. */
const maxAddressChars = 8_000;
const lines = [
  { name: 'from', maxLength: 320 },
  { name: 'to', maxLength: maxAddressChars },
  { name: 'cc', maxLength: maxAddressChars },
  { name: 'bcc', maxLength: maxAddressChars },
  { name: 'subject', maxLength: 1_024 },
] as const;

/** An e-mail that the agent writes. What is in the form is the agent's until the server holds the same. */
export function LetterForm({ item, state, busy, session, onLetter }: ItemProperties & { onLetter: (letter: Letter) => void }) {
  const letter = letterOf(state.letters, item);
  const fault = state.faults[item.id];
  const body = useRef<HTMLTextAreaElement>(null);
  const can = (capability: string): boolean => item.capabilities.includes(capability);
  const bodyFault = fault?.field === 'body' || fault?.field === 'bodyAsPlainText';
  return (
    <>
      {lines.map(({ name, maxLength }) => (
        <Field
          key={name}
          name={name}
          label={text.letter[name]}
          value={letter[name]}
          onChange={value => onLetter({ ...letter, [name]: value })}
          fault={fault}
          maxLength={maxLength}
        />
      ))}
      <TextField
        value={letter.body}
        onChange={value => onLetter({ ...letter, body: value })}
        isInvalid={bodyFault}
        maxLength={maxBodyChars}
        className="field"
      >
        <Label>{text.letter.body}</Label>
        <TextArea ref={body} rows={10} />
        <FieldError>{fault?.message}</FieldError>
      </TextField>
      <Responses
        state={state}
        busy={busy}
        session={session}
        onChoose={(label, responseId) => session.insertResponse(label, item, responseId, body.current?.selectionStart ?? 0)}
      />
      <Attachments {...{ item, state, busy, session }} />
      <p className="muted" aria-live="polite" data-testid="letter-kept">
        {state.letters[item.id] === undefined ? text.letter.saved : text.letter.unsaved}
      </p>
      <div className="row">
        {can('send') ? (
          <Button
            className="primary"
            isDisabled={busy}
            onPress={() => session.items.send(text.letter.send, item, letter, state.outgoing.queue)}
          >
            {text.letter.send}
          </Button>
        ) : null}
        {can('save') ? (
          <Button isDisabled={busy} onPress={() => session.items.save(text.letter.save, item, letter)}>
            {text.letter.save}
          </Button>
        ) : null}
        {can('cancel') ? (
          <Button isDisabled={busy} onPress={() => session.items.act(text.letter.cancel, item, 'cancel')}>
            {text.letter.cancel}
          </Button>
        ) : null}
      </div>
    </>
  );
}
