import type { Desk } from './desk.ts';
import { freshChat } from './chat.ts';
import type { ChatVisibility } from '@handover/shared/genesys';
import { withInteraction } from './interaction.ts';
import type { Interaction } from './interaction.ts';
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
      ...partOf(interaction),
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

/** As whom the agent takes part: who monitors is seen and heard as the manner of it says. */
function partOf({ monitored }: Interaction): { userType: 'Agent' | 'Supervisor'; visibility: ChatVisibility } {
  if (monitored === undefined) return { userType: 'Agent', visibility: 'All' };
  const visibility = { Monitor: 'Supervisor', Coach: 'Agent', Bargein: 'All' } as const;
  return { userType: 'Supervisor', visibility: visibility[monitored.mode] };
}

/** Hears a chat that is monitored, from its first line. What the server refuses is over already, and told so by its event. */
export async function joinMonitored(desk: Desk, id: string): Promise<boolean> {
  const interaction = desk.state.interactions.get(id);
  if (interaction?.phase !== 'Monitoring' || interaction.properties.mediaType !== 'chat') return true;
  if (interaction.chat !== undefined) return rejoin(desk, id);
  const outcome = await join(desk, id, nicknameOf(desk, undefined), 0, desk.host.parts.clock.now());
  return outcome.kind === 'done' || outcome.kind === 'error';
}

/** The name under which the agent takes part, when the client gives none. */
export function nicknameOf(desk: Desk, given: string | undefined): string {
  const { person } = desk.host;
  const asked = given?.trim();
  return (
    (asked === undefined || asked === '' ? `${person?.firstName ?? ''} ${person?.lastName ?? ''}`.trim() : asked).slice(0, 64) || 'Agent'
  );
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
