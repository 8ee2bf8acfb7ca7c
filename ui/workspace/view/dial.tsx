import { useState, type FormEvent } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import type { Session } from '../api/session.ts';
import type { State } from '../state/model.ts';
import { en as text } from '../text/en.ts';

/** Calls a number. */
export function Dial({ state, session }: { state: State; session: Session }) {
  const [number, setNumber] = useState('');
  const call = (event: FormEvent): void => {
    event.preventDefault();
    if (number.trim() === '') return;
    session.command(text.dial.button, '/voice/make-call', { destination: number.trim() });
    setNumber('');
  };
  return (
    <Form className="panel row" onSubmit={call}>
      <TextField value={number} onChange={setNumber} inputMode="tel" maxLength={64}>
        <Label>{text.dial.label}</Label>
        <Input />
      </TextField>
      <Button type="submit" className="primary" isDisabled={state.dn === undefined || number.trim() === ''}>
        {text.dial.button}
      </Button>
    </Form>
  );
}
