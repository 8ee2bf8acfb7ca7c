import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { Session } from '../api/session.ts';
import type { State } from '../state/model.ts';
import { en as text } from '../text/en.ts';

interface Properties {
  state: State;
  busy: boolean;
  session: Session;
  onChoose: (label: string, responseId: string) => void;
}

/** Standard responses, read when they are asked for. */
export function Responses({ state, busy, session, onChoose }: Properties) {
  const { responses } = state;
  const choose = (id: string): void => {
    const response = responses.find(each => each.id === id);
    if (response !== undefined) onChoose(text.letter.insert(response.name), id);
  };
  return (
    <MenuTrigger onOpenChange={isOpen => isOpen && session.loadResponses()}>
      <Button isDisabled={busy} className="self-start">
        {text.letter.responses}
      </Button>
      <Popover>
        <Menu className="menu" onAction={id => choose(String(id))} renderEmptyState={() => text.letter.noResponses}>
          {responses.map(response => (
            <MenuItem key={response.id} id={response.id} textValue={response.name}>
              {response.name}
              <span className="muted"> · {response.category}</span>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
