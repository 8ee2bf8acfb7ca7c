import { Button } from 'react-aria-components';
import type { Letter } from '../state/item.ts';
import { quoted, textOf } from '../state/letters.ts';
import { en as text } from '../text/en.ts';
import { Attachments } from './attachments.tsx';
import { EmailText } from './email-text.tsx';
import { useFocusKeeper } from './focus-keeper.ts';
import type { ItemProperties } from './item-properties.ts';
import { LetterForm } from './letter-form.tsx';
import { Move } from './move.tsx';
import { UserData } from './user-data.tsx';

const plainActions = [
  { capability: 'accept', className: 'answer' },
  { capability: 'reject', className: '' },
  { capability: 'complete', className: 'primary' },
] as const;

/** One e-mail or work item, with exactly the buttons that the server's capabilities allow. */
export function ItemCard({ item, state, session, onLetter }: Omit<ItemProperties, 'busy'> & { onLetter: (letter: Letter) => void }) {
  const busy = state.pending.some(command => command.callId === item.id);
  const about = item.subject === undefined || item.subject === '' ? text.items.noSubject : item.subject;
  const keeper = useFocusKeeper(`${busy} ${item.state} ${item.capabilities.join(' ')}`);
  const shared = { item, state, busy, session };
  // An e-mail that is being written is sent or discarded; to end it otherwise would lose it.
  const actions = plainActions.filter(
    ({ capability }) => item.capabilities.includes(capability) && (item.state !== 'Composing' || capability !== 'complete'),
  );
  return (
    <article
      {...keeper}
      className={`call item ${item.state}`}
      aria-label={text.items.title[item.medium](about)}
      aria-busy={busy}
      data-testid={item.medium}
      data-state={item.state}
    >
      <header>
        <h3>{about}</h3>
        <span className="badge">{text.items.state[item.state]}</span>
      </header>
      {item.state === 'Composing' ? <LetterForm {...shared} onLetter={onLetter} /> : <Reading {...shared} />}
      <div className="row">
        {actions.map(({ capability, className }) => {
          const label = text.items[item.medium][capability];
          return (
            <Button key={capability} className={className} isDisabled={busy} onPress={() => session.items.act(label, item, capability)}>
              {label}
            </Button>
          );
        })}
        {item.state === 'Processing' ? <Answers {...shared} /> : null}
      </div>
      {item.state === 'Invited' ? null : <Move {...shared} />}
    </article>
  );
}

/** Under these keys e-mail servers attach what the card shows by itself. */
const shownKeys: ReadonlySet<string> = new Set(['FromAddress', 'From', 'To', 'Cc', 'Subject', 'Body', 'BodyAsPlainText', 'Text']);

function Reading(shared: ItemProperties) {
  const { item } = shared;
  const pairs = item.email === undefined ? item.userData : item.userData.filter(pair => !shownKeys.has(pair.key));
  return (
    <>
      {item.email === undefined ? null : <EmailText email={item.email} />}
      <Attachments {...shared} />
      <UserData label={text.items.data} pairs={pairs} />
    </>
  );
}

function Answers({ item, state, busy, session }: ItemProperties) {
  const { email } = item;
  const verbs = (['reply', 'forward'] as const).filter(verb => item.capabilities.includes(verb));
  const answer = (verb: 'reply' | 'forward'): void => {
    const { queue, from } = state.outgoing;
    const body = quoted(text.letter.wrote(email?.from ?? ''), textOf(email));
    session.items.answer(text.letter[verb], item, verb, { queue, from: email?.to[0] ?? from, body });
  };
  return verbs.map(verb => (
    <Button key={verb} isDisabled={busy} onPress={() => answer(verb)}>
      {text.letter[verb]}
    </Button>
  ));
}
