import type { Session } from '../api/session.ts';
import type { State } from '../state/model.ts';
import { en as text } from '../text/en.ts';
import { ChatCard } from './chat-card.tsx';

/** Every chat that is not marked done. */
export function ChatList({ state, session, onDraft }: { state: State; session: Session; onDraft: (id: string, draft: string) => void }) {
  if (state.chats.length === 0) return null;
  return (
    <section aria-label={text.chats.heading} className="calls">
      <h2>{text.chats.heading}</h2>
      {state.chats.map(chat => (
        <ChatCard
          key={chat.id}
          chat={chat}
          nickname={state.user?.firstName ?? ''}
          draft={state.drafts[chat.id] ?? ''}
          busy={state.pending.some(command => command.callId === chat.id)}
          session={session}
          onDraft={draft => onDraft(chat.id, draft)}
        />
      ))}
    </section>
  );
}
