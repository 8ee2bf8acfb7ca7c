import { useRef, type FormEvent } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import type { Session } from '../api/session.ts';
import type { Chat } from '../state/model.ts';
import { en as text } from '../text/en.ts';
import { useFocusKeeper } from './focus-keeper.ts';
import { Transcript } from './transcript.tsx';

/** The others are told again that the agent writes after this long. */
const typingAgainMs = 5_000;

interface Properties {
  chat: Chat;
  nickname: string;
  draft: string;
  busy: boolean;
  session: Session;
  onDraft: (draft: string) => void;
}

const actions = [
  { capability: 'accept', label: text.chats.accept, className: 'answer' },
  { capability: 'reject', label: text.chats.reject, className: '' },
  { capability: 'leave', label: text.chats.leave, className: '' },
  { capability: 'complete', label: text.chats.complete, className: 'primary' },
] as const;

/** One chat: what was said, and exactly the buttons that the server's capabilities allow. */
export function ChatCard({ chat, nickname, draft, busy, session, onDraft }: Properties) {
  const customer = chat.lines.find(line => line.from === 'Customer')?.nickname ?? chat.subject ?? text.chats.unknown;
  const act = ({ capability, label }: (typeof actions)[number]): void => {
    const data = capability === 'accept' ? { nickname } : {};
    session.command(label, `/media/chat/interactions/${encodeURIComponent(chat.id)}/${capability}`, data, chat.id);
  };
  const keeper = useFocusKeeper(`${busy} ${draft === ''} ${chat.state} ${chat.capabilities.join(' ')}`);
  return (
    <article
      {...keeper}
      className={`call chat ${chat.state}`}
      aria-label={text.chats.with(customer)}
      aria-busy={busy}
      data-testid="chat"
      data-state={chat.state}
    >
      <header>
        <h3>{customer}</h3>
        <span className="badge">{text.chats.state[chat.state]}</span>
      </header>
      <Transcript chat={chat} />
      {chat.capabilities.includes('send-message') ? <Composer {...{ chat, draft, busy, session, onDraft }} /> : null}
      <div className="row">
        {actions
          .filter(action => chat.capabilities.includes(action.capability))
          .map(action => (
            <Button key={action.capability} className={action.className} isDisabled={busy} onPress={() => act(action)}>
              {action.label}
            </Button>
          ))}
      </div>
    </article>
  );
}

function Composer({ chat, draft, busy, session, onDraft }: Omit<Properties, 'nickname'>) {
  const toldAtMs = useRef(0);
  const write = (next: string): void => {
    onDraft(next);
    if (next === '') session.typing(chat.id, false);
    else if (Date.now() - toldAtMs.current >= typingAgainMs) session.typing(chat.id, true);
    else return;
    toldAtMs.current = next === '' ? 0 : Date.now();
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (draft.trim() === '' || busy) return;
    session.say(text.chats.send, chat.id, draft);
    toldAtMs.current = 0;
  };
  return (
    <Form className="row composer" onSubmit={send}>
      <TextField value={draft} onChange={write} maxLength={8_192} autoComplete="off">
        <Label>{text.chats.message}</Label>
        <Input />
      </TextField>
      <Button type="submit" className="primary" isDisabled={busy || draft.trim() === ''}>
        {text.chats.send}
      </Button>
    </Form>
  );
}
