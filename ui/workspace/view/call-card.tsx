import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { Session } from '../api/session.ts';
import type { Call } from '../state/model.ts';
import { en as text } from '../text/en.ts';
import { useFocusKeeper } from './focus-keeper.ts';
import { UserData } from './user-data.tsx';

interface Action {
  capability: string;
  label: string;
  data?: unknown;
}

const plainActions: readonly Action[] = [
  { capability: 'answer', label: text.action.answer },
  { capability: 'hold', label: text.action.hold },
  { capability: 'retrieve', label: text.action.retrieve },
  { capability: 'release', label: text.action.release },
];

const consultActions = (parentConnId: string): readonly Action[] => [
  { capability: 'complete-transfer', label: text.action.completeTransfer, data: { parentConnId } },
  { capability: 'complete-conference', label: text.action.completeConference, data: { parentConnId } },
  { capability: 'reconnect', label: text.action.reconnect, data: { heldConnId: parentConnId } },
];

/** One call with exactly the buttons that the server's capabilities allow. */
export function CallCard({ call, busy, session }: { call: Call; busy: boolean; session: Session }) {
  const can = (capability: string): boolean => call.capabilities.includes(capability);
  const party = call.participants.map(each => each.number).join(', ') || text.calls.unknownParty;
  const send = (action: Action): void =>
    session.command(action.label, `/voice/calls/${encodeURIComponent(call.id)}/${action.capability}`, action.data, call.id);
  const actions = [...plainActions, ...(call.parentConnId === undefined ? [] : consultActions(call.parentConnId))].filter(action =>
    can(action.capability),
  );
  const keeper = useFocusKeeper(`${busy} ${call.state} ${actions.map(action => action.capability).join(' ')}`);
  return (
    <article
      {...keeper}
      className={`call ${call.state}`}
      aria-label={text.calls.with(party)}
      aria-busy={busy}
      data-testid="call"
      data-state={call.state}
    >
      <header>
        <h3>{party}</h3>
        <span className="badge">{text.calls.state[call.state]}</span>
        <span className="muted">{text.calls.type[call.callType] ?? call.callType}</span>
      </header>
      {call.lost === true ? (
        <p role="alert" className="lost">
          {text.calls.lost}
        </p>
      ) : null}
      <UserData label={text.calls.data} pairs={call.userData} />
      <div className="row">
        {actions.map(action => (
          <Button key={action.capability} className={action.capability} isDisabled={busy} onPress={() => send(action)}>
            {action.label}
          </Button>
        ))}
        {can('complete') ? (
          <Button
            className="primary"
            isDisabled={busy}
            onPress={() => send({ capability: 'complete', label: text.action.complete, data: { userData: [] } })}
          >
            {text.action.complete}
          </Button>
        ) : null}
      </div>
      {can('initiate-transfer') && call.parentConnId === undefined ? <Transfer busy={busy} send={send} /> : null}
    </article>
  );
}

function Transfer({ busy, send }: { busy: boolean; send: (action: Action) => void }) {
  const [destination, setDestination] = useState('');
  const data = { destination: destination.trim() };
  const empty = data.destination === '';
  return (
    <div className="row">
      <TextField value={destination} onChange={setDestination} inputMode="tel" maxLength={64}>
        <Label>{text.action.destination}</Label>
        <Input />
      </TextField>
      <Button isDisabled={busy || empty} onPress={() => send({ capability: 'initiate-transfer', label: text.action.consult, data })}>
        {text.action.consult}
      </Button>
      <Button isDisabled={busy || empty} onPress={() => send({ capability: 'single-step-transfer', label: text.action.transfer, data })}>
        {text.action.transfer}
      </Button>
    </div>
  );
}
