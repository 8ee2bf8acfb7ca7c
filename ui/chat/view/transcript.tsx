import { useEffect, useRef } from 'react';
import type { Line, State } from '../state/model.ts';
import { en as text } from '../text/en.ts';

const isAgent = ({ userType }: Line): boolean => userType !== 'Customer';

/** What is read of a line; undefined for one that is not shown. */
function wording(line: Line): string | undefined {
  switch (line.type) {
    case 'Text':
    case 'PushUrl':
      return line.text;
    case 'ParticipantJoined':
      return isAgent(line) ? text.joined(line.nickname) : undefined;
    case 'ParticipantLeft':
      return isAgent(line) ? text.left(line.nickname) : undefined;
    default:
      return undefined;
  }
}

/** What was said, then what is on its way. The newest is in sight; what comes in is announced. */
export function Transcript({ state }: { state: State }) {
  const ref = useRef<HTMLOListElement>(null);
  const { lines, outbox, writer } = state;
  useEffect(() => {
    ref.current?.scrollTo({ top: ref.current.scrollHeight });
  }, [lines.length, outbox.length]);
  return (
    <div role="log" aria-label={text.transcript} className="log">
      <ol ref={ref} tabIndex={0}>
        {lines.map(line => {
          const words = wording(line);
          if (words === undefined) return null;
          const isText = line.type === 'Text' || line.type === 'PushUrl';
          return (
            <li key={line.index} className={isText ? (isAgent(line) ? 'theirs' : 'mine') : 'note'}>
              {isText ? <span className="who">{isAgent(line) ? line.nickname : text.you}</span> : null}
              <span>{words}</span>
            </li>
          );
        })}
        {outbox.map(({ id, text: words, state: how }) => (
          <li key={id} className={`mine ${how}`}>
            <span className="who">{text.you}</span>
            <span>{words}</span>
            <span className="who">{how === 'refused' ? text.refused : text.sending}</span>
          </li>
        ))}
      </ol>
      <p className="writer">
        {writer !== undefined ? text.typing(writer.nickname) : state.phase === 'chat' && !lines.some(isAgent) ? text.waiting : ''}
      </p>
    </div>
  );
}
