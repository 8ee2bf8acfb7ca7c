import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { Session } from '../api/session.ts';
import type { Dn, State } from '../state/model.ts';
import { en as text } from '../text/en.ts';

const reasonOf = (dn: Dn): string | undefined => {
  const found = dn.reasons.find(pair => pair.key === 'ReasonCode')?.value;
  return typeof found === 'string' ? found : undefined;
};

function label(dn: Dn | undefined): string {
  if (dn === undefined) return text.state.LoggedOut;
  if (dn.agentState === 'NotReady' && dn.agentWorkMode === 'AfterCallWork') return text.state.AfterCallWork;
  const reason = reasonOf(dn);
  return reason === undefined ? text.state[dn.agentState] : `${text.state[dn.agentState]} · ${reason}`;
}

/** The agent's state and the ways to change it. */
export function AgentState({ state, session }: { state: State; session: Session }) {
  const { dn } = state;
  return (
    <section aria-label={text.state.label} className="panel">
      <output data-testid="agent-state" className={`state ${dn?.agentState ?? 'LoggedOut'}`}>
        {label(dn)}
      </output>
      <div className="row">
        <Button isDisabled={dn === undefined} onPress={() => session.command(text.state.Ready, '/voice/ready')}>
          {text.state.Ready}
        </Button>
        <Button isDisabled={dn === undefined} onPress={() => session.command(text.state.NotReady, '/voice/not-ready')}>
          {text.state.NotReady}
        </Button>
        <MenuTrigger>
          <Button className="narrow" isDisabled={dn === undefined} aria-label={text.state.reason}>
            ▾
          </Button>
          <Popover>
            <Menu
              className="menu"
              onAction={code =>
                session.command(text.state.NotReady, '/voice/not-ready', { agentWorkMode: 'AuxWork', reasonCode: String(code) })
              }
            >
              {state.reasons.map(reason => (
                <MenuItem key={reason.code} id={reason.code}>
                  {reason.name}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
        <Button
          isDisabled={dn === undefined}
          onPress={() => session.command(text.state.AfterCallWork, '/voice/not-ready', { agentWorkMode: 'AfterCallWork' })}
        >
          {text.state.AfterCallWork}
        </Button>
      </div>
    </section>
  );
}
