import type { Session } from '../api/session.ts';
import type { State } from '../state/model.ts';
import { en as text } from '../text/en.ts';
import { CallCard } from './call-card.tsx';

/** Every call that is not marked done, oldest first; changes are announced. */
export function CallList({ state, session }: { state: State; session: Session }) {
  return (
    <section aria-label={text.calls.heading} aria-live="polite" className="calls">
      <h2>{text.calls.heading}</h2>
      {state.calls.length === 0 ? <p className="empty">{text.calls.none}</p> : null}
      {state.calls.map(call => (
        <CallCard key={call.id} call={call} busy={state.pending.some(command => command.callId === call.id)} session={session} />
      ))}
    </section>
  );
}
