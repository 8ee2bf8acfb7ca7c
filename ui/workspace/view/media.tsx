import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { Session } from '../api/session.ts';
import type { Medium, State } from '../state/model.ts';
import { en as text } from '../text/en.ts';

const media: readonly Medium[] = ['chat', 'email', 'workitem'];

interface Properties {
  state: State;
  session: Session;
  onQueue: (queue: string) => void;
}

/** Which written work the agent takes, and the ways to change it and to begin an e-mail. */
export function Media({ state, session, onQueue }: Properties) {
  return (
    <section aria-label={text.media.heading} className="panel media">
      {media.map(medium => (
        <MediumRow key={medium} medium={medium} state={state} session={session} />
      ))}
      <NewEmail state={state} session={session} onQueue={onQueue} />
    </section>
  );
}

function MediumRow({ medium, state, session }: Omit<Properties, 'onQueue'> & { medium: Medium }) {
  const current = state.media[medium];
  const ready = current === 'Ready';
  const words = text.media[medium];
  const label = ready ? words.takeNone : words.take;
  return (
    <div className="row">
      <output data-testid={`${medium}-medium`}>{words.state[current]}</output>
      <Button
        isDisabled={current === 'LoggedOut'}
        onPress={() => session.command(label, `/media/${medium}/${ready ? 'not-ready' : 'ready'}`, {})}
      >
        {label}
      </Button>
    </div>
  );
}

/** Asks for the queue of what agents write where the configuration names none. */
function NewEmail({ state, session, onQueue }: Properties) {
  const { queue, from } = state.outgoing;
  const [isNamed] = useState(queue !== '');
  const available = state.media.email !== 'LoggedOut';
  return (
    <div className="row">
      {isNamed ? null : (
        <TextField value={queue} onChange={onQueue} maxLength={255}>
          <Label>{text.letter.queue}</Label>
          <Input />
        </TextField>
      )}
      <Button isDisabled={!available} onPress={() => session.items.create(text.letter.create, queue, from)}>
        {text.letter.create}
      </Button>
    </div>
  );
}
