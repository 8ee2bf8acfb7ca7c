import { withInteraction } from '../interaction.ts';
import { performThen } from './perform.ts';
import { accepted } from './row.ts';
import type { DigitalAnswer, ItemAt } from './row.ts';

/** Leaves the chat session; the interaction stays in hand, to be completed or given away. */
export async function leaveChat(
  at: ItemAt,
  options: { afterAction: 'KeepAlive' | 'CloseIfNoAgents' | 'ForceClose'; text?: string | undefined },
): Promise<DigitalAnswer> {
  if (at.desk.state.interactions.get(at.id)?.chat?.joined !== true) return accepted;
  return performThen(
    at,
    {
      messageName: 'RequestChatLeave',
      ...at.seat,
      interactionID: at.id,
      afterAction: options.afterAction,
      ...(options.text === undefined ? {} : { text: options.text }),
    },
    () => {
      const current = at.desk.state.interactions.get(at.id);
      if (current?.chat === undefined) return accepted;
      const interaction = { ...current, chat: { ...current.chat, joined: false } };
      at.desk.take({
        state: withInteraction(at.desk.state, interaction),
        told: [{ kind: 'interaction', interaction, notification: 'StatusChange' }],
      });
      return accepted;
    },
  );
}
