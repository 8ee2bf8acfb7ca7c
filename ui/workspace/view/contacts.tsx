import { useState, type FormEvent } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import type { Session } from '../api/session.ts';
import type { Contact, ContactSearch, State } from '../state/model.ts';
import { en as text } from '../text/en.ts';

const told = (search: ContactSearch): string => {
  switch (search.status) {
    case 'idle':
      return '';
    case 'searching':
      return text.contacts.searching;
    case 'failed':
      return text.contacts.failed;
    case 'found':
      return text.contacts.found(search.contacts.length, search.total);
  }
};

/** Finds customers by the beginning of names, addresses and numbers, and calls them. */
export function Contacts({ state, session }: { state: State; session: Session }) {
  const [words, setWords] = useState('');
  const find = (event: FormEvent): void => {
    event.preventDefault();
    if (words.trim() !== '') session.searchContacts(words);
  };
  return (
    <section className="panel contacts" aria-label={text.contacts.heading}>
      <Form className="row" onSubmit={find}>
        <TextField value={words} onChange={setWords} maxLength={128}>
          <Label>{text.contacts.label}</Label>
          <Input />
        </TextField>
        <Button type="submit" isDisabled={words.trim() === ''}>
          {text.contacts.button}
        </Button>
      </Form>
      <p className="muted" aria-live="polite" data-testid="contact-search">
        {told(state.search)}
      </p>
      <ul>
        {state.search.contacts.map(contact => (
          <Entry key={contact.id} contact={contact} canCall={state.dn !== undefined} session={session} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ contact, canCall, session }: { contact: Contact; canCall: boolean; session: Session }) {
  return (
    <li>
      <strong>{contact.name}</strong>
      {contact.email === undefined ? null : <span className="muted">{contact.email}</span>}
      {contact.phones.map(number => (
        <Button
          key={number}
          className="quiet"
          isDisabled={!canCall}
          onPress={() => session.command(text.dial.button, '/voice/make-call', { destination: number })}
        >
          {text.contacts.call(number)}
        </Button>
      ))}
    </li>
  );
}
