import type { State } from '../state/model.ts';
import { en as text } from '../text/en.ts';

const message = (state: State): string | undefined => {
  if (state.link === 'connecting') return text.banner.connecting;
  if (state.link === 'down') return text.banner.reconnecting;
  if (state.voice === 'UNAVAILABLE') return text.banner.unavailable;
  if (state.movedTo !== undefined) return text.banner.moved(state.movedTo);
  return undefined;
};

/** One quiet line when the connection is not as usual; announced to screen readers. */
export function Banner({ state }: { state: State }) {
  const shown = message(state);
  return (
    <div role="status" className={shown === undefined ? 'banner' : `banner shown ${state.link}`}>
      {shown}
    </div>
  );
}
