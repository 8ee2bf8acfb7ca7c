import { AppError } from '@handover/shared/errors';
import type { ChatLine, IxnEvent } from '@handover/shared/genesys';
import type { Clock } from '@handover/shared/time';
import type { InteractionServer } from '../../contracts/interaction.ts';
import { ask } from './servers.ts';

type ChatInfo = IxnEvent & { messageName: 'EventChatSessionInfo' };

const lookMs = 500;
/** Customers of one node who wait at once; more are answered immediately. */
const maxWaiting = 2_000;

/** Reads transcripts as customers may see them, and waits for lines that are not there yet. */
export function createReader(clock: Clock) {
  let waiting = 0;

  /** Resolves when this node hears of the chat, or it is time to look. */
  const nextLook = (server: InteractionServer, id: string, ms: number): Promise<void> =>
    new Promise(resolve => {
      const done = (): void => {
        cancel();
        stop();
        resolve();
      };
      const cancel = clock.after(ms, done);
      const stop = server.listenChat(id, done);
    });

  /** From an index on; waits up to `waitMs` for a first line, or the end. */
  async function read(server: InteractionServer, id: string, from: number, waitMs: number, isGone: () => boolean) {
    const until = clock.now() + (waiting < maxWaiting ? waitMs : 0);
    waiting += 1;
    try {
      for (let next = from; ;) {
        const info = await infoOf(server, id, next);
        const lines = info.lines.filter(line => line.visibility === 'All').map(lineWire);
        next = (info.lines.at(-1)?.index ?? next - 1) + 1;
        const leftMs = until - clock.now();
        if (lines.length > 0 || info.sessionState === 'Closed' || leftMs <= 0 || isGone())
          return {
            state: info.sessionState,
            next,
            lines,
            participants: info.participants
              .filter(({ visibility }) => visibility === 'All')
              .map(({ participantID, nickname, userType }) => ({ participantId: participantID, nickname, userType })),
          };
        await nextLook(server, id, Math.min(lookMs, leftMs));
      }
    } finally {
      waiting -= 1;
    }
  }
  return { read };
}

async function infoOf(server: InteractionServer, interactionID: string, fromIndex: number): Promise<ChatInfo> {
  const event = await ask(server, { messageName: 'RequestChatTranscript', interactionID, fromIndex }, true);
  if (event.messageName !== 'EventChatSessionInfo') throw new AppError('media.unavailable');
  return event;
}

const lineWire = ({ index, type, participantID, nickname, userType, text, messageID, time }: ChatLine) => ({
  index,
  type,
  participantId: participantID,
  nickname,
  userType,
  ...(text === undefined ? {} : { text }),
  ...(messageID === undefined ? {} : { messageId: messageID }),
  time: new Date(time).toISOString(),
});
