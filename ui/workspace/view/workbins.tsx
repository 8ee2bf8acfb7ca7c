import { Button } from 'react-aria-components';
import type { Session } from '../api/session.ts';
import type { Resting } from '../state/item.ts';
import type { State } from '../state/model.ts';
import { en as text } from '../text/en.ts';

const about = ({ subject }: Resting): string => (subject === undefined || subject === '' ? text.items.noSubject : subject);

/** What lies in the agent's workbins, and the way to take it. */
export function Workbins({ state, session }: { state: State; session: Session }) {
  if (state.workbins.length === 0) return null;
  return (
    <section aria-label={text.workbins.heading} className="panel workbins">
      <h2>{text.workbins.heading}</h2>
      {state.workbins.map(workbin => (
        <div key={workbin.id} role="group" aria-label={workbin.id}>
          <h3>{workbin.id}</h3>
          {workbin.items.length === 0 ? <p className="muted">{text.workbins.empty}</p> : null}
          <ul>
            {workbin.items.map(item => (
              <li key={item.id}>
                <span>{text.workbins.entry(about(item), item.from ?? '')}</span>
                <Button
                  isDisabled={state.pending.some(command => command.callId === item.id)}
                  onPress={() => session.items.take(text.workbins.take(about(item)), item.medium, item.id, workbin.id)}
                >
                  {text.workbins.take(about(item))}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
