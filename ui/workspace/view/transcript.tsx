import { useEffect, useRef } from 'react';
import { typing } from '../state/chats.ts';
import type { Chat, ChatLine } from '../state/model.ts';
import { en as text } from '../text/en.ts';

const wording = (line: ChatLine): string | undefined => {
  switch (line.type) {
    case 'ParticipantJoined':
      return text.chats.joined(line.nickname);
    case 'ParticipantLeft':
      return text.chats.left(line.nickname);
    case 'Text':
    case 'PushUrl':
      return line.text;
    default:
      return undefined;
  }
};

/** What was said in a chat. The newest line is in sight; new ones are announced. */
export function Transcript({ chat }: { chat: Chat }) {
  const ref = useRef<HTMLOListElement>(null);
  const writer = typing(chat);
  useEffect(() => {
    ref.current?.scrollTo({ top: ref.current.scrollHeight });
  }, [chat.lines.length]);
  return (
    <div role="log" aria-label={text.chats.transcript}>
      <ol ref={ref} className="transcript" tabIndex={0}>
        {chat.lines.map(line => {
          const words = wording(line);
          return words === undefined ? null : (
            <li key={line.index} className={line.type === 'Text' ? line.from : 'muted'}>
              {line.type === 'Text' ? <span className="muted">{line.nickname}</span> : null}
              <span>{words}</span>
            </li>
          );
        })}
      </ol>
      <p className="muted typing">{writer === undefined ? '' : text.chats.typing(writer)}</p>
    </div>
  );
}
