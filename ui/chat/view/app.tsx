import { useSyncExternalStore } from 'react';
import type { Options } from '../options.ts';
import type { Store } from '../store.ts';
import { en as text } from '../text/en.ts';
import { Composer } from './composer.tsx';
import { StartForm } from './start-form.tsx';
import { Transcript } from './transcript.tsx';

export function App({ store, options }: { store: Store; options: Options }) {
  const state = useSyncExternalStore(store.subscribe, store.get);
  const { conversation, dispatch } = store;
  const leave = (): void => void conversation.leave();
  return (
    <main data-testid="chat" data-phase={state.phase} data-connection={state.connection}>
      <header>
        <h1>{text.title}</h1>
        {state.phase === 'chat' ? (
          <button type="button" onClick={leave}>
            {text.leave}
          </button>
        ) : null}
      </header>
      {/* Always there, so that readers of screens announce what comes into it. */}
      <p role="status" className={state.connection === 'reconnecting' ? 'banner' : ''}>
        {state.connection === 'reconnecting' ? text.reconnecting : state.phase === 'ended' ? text.ended : ''}
      </p>
      {state.phase === 'form' || state.phase === 'opening' ? (
        <StartForm state={state} options={options} onOpen={opening => void conversation.open(opening)} />
      ) : (
        <>
          <Transcript state={state} />
          {state.phase === 'chat' ? (
            <Composer store={store} draft={state.draft} />
          ) : (
            <button type="button" className="primary" autoFocus={document.hasFocus()} onClick={() => dispatch({ kind: 'again' })}>
              {text.again}
            </button>
          )}
        </>
      )}
    </main>
  );
}
