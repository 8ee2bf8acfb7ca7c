import type { Desk } from './desk.ts';
import { freshChat } from './chat.ts';
import { withInteraction } from './interaction.ts';
import { send } from './send.ts';
import type { Outcome } from './send.ts';

/** Joins the chat of an interaction; the transcript after `index` is told, then every line as it comes. */
export async function join(desk: Desk, id: string, nickname: string, index: number, stampMs: number): Promise<Outcome> {
  const { server, seat } = desk;
  const interaction = desk.state.interactions.get(id);
  if (server === undefined || seat === undefined || interaction === undefined) return { kind: 'refused', code: 'media.unavailable' };
  const before = interaction.chat;
  const chat = before === undefined ? freshChat(nickname, index, desk.host.parts.clock.now()) : { ...before, nickname, joined: true };
  desk.state = withInteraction(desk.state, { ...interaction, chat });
  desk.chats.open(server, id, chat.index);
  const outcome = await send(
    desk,
    {
      messageName: 'RequestChatJoin',
      ...seat,
      interactionID: id,
      nickname,
      userType: 'Agent',
      visibility: 'All',
      fromIndex: chat.index + 1,
    },
    stampMs,
  );
  if (outcome.kind === 'error') {
    const current = desk.state.interactions.get(id);
    if (current !== undefined) desk.state = withInteraction(desk.state, { ...current, chat: before });
    desk.chats.settle(desk.state);
  }
  return outcome;
}

/** Joins again after the link or the node was lost; a chat that is over meanwhile stays, to be completed. */
export async function rejoin(desk: Desk, id: string): Promise<boolean> {
  const chat = desk.state.interactions.get(id)?.chat;
  if (chat?.joined !== true) return true;
  const outcome = await join(desk, id, chat.nickname, chat.index, desk.host.parts.clock.now());
  if (outcome.kind === 'done') return true;
  if (outcome.kind !== 'error') return false;
  const current = desk.state.interactions.get(id);
  if (current?.chat === undefined) return true;
  const interaction = { ...current, chat: { ...current.chat, open: false } };
  desk.take({
    state: withInteraction(desk.state, interaction),
    told: [{ kind: 'interaction', interaction, notification: 'StatusChange' }],
  });
  return true;
}
