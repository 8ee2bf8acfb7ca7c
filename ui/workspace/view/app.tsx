import { useSyncExternalStore } from 'react';
import { Button } from 'react-aria-components';
import type { Store } from '../store.ts';
import { en as text } from '../text/en.ts';
import { AgentState } from './agent-state.tsx';
import { Banner } from './banner.tsx';
import { CallList } from './call-list.tsx';
import { ChatList } from './chats.tsx';
import { Contacts } from './contacts.tsx';
import { Dial } from './dial.tsx';
import { ItemList } from './item-list.tsx';
import { Media } from './media.tsx';
import { Notices } from './notices.tsx';
import { Statistics } from './statistics.tsx';
import { Workbins } from './workbins.tsx';

export function App({ store }: { store: Store }) {
  const state = useSyncExternalStore(store.subscribe, store.get);
  const { session } = store;
  if (state.phase === 'loading')
    return (
      <main className="lobby" aria-busy="true">
        {text.loading}
      </main>
    );
  if (state.phase === 'signed-out')
    return (
      <main className="lobby">
        <p>{text.signedOut}</p>
        <Button onPress={session.signIn}>{text.signIn}</Button>
      </main>
    );
  if (typeof state.phase === 'object')
    return (
      <main className="lobby">
        <p role="alert">{text.failed(state.phase.failed)}</p>
        <Button onPress={() => location.reload()}>{text.retry}</Button>
      </main>
    );
  return (
    <>
      <header className="top">
        <h1>{text.title}</h1>
        <p className="who">
          <strong>{`${state.user?.firstName ?? ''} ${state.user?.lastName ?? ''}`}</strong>
          <span className="muted">{text.phone(state.dn?.number ?? '–', state.user?.defaultPlace ?? '')}</span>
        </p>
        {state.region === undefined ? null : <span className="region">{text.region(state.region)}</span>}
        <Button className="quiet" onPress={() => void session.signOut()}>
          {text.signOut}
        </Button>
      </header>
      <Banner state={state} />
      <Statistics values={state.statistics} />
      <main className="work">
        <div className="side">
          <AgentState state={state} session={session} />
          <Dial state={state} session={session} />
          <Media state={state} session={session} onQueue={queue => store.dispatch({ kind: 'outgoing-queue', queue })} />
          <Workbins state={state} session={session} />
          <Contacts state={state} session={session} />
        </div>
        <div className="side">
          <CallList state={state} session={session} />
          <ChatList state={state} session={session} onDraft={(id, draft) => store.dispatch({ kind: 'draft', id, text: draft })} />
          <ItemList state={state} session={session} onLetter={(id, letter) => store.dispatch({ kind: 'letter', id, letter })} />
        </div>
      </main>
      <Notices notices={state.notices} onDismiss={noticeId => store.dispatch({ kind: 'dismissed', noticeId })} />
    </>
  );
}
