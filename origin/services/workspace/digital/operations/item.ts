import { kvUpdate } from '@handover/shared/genesys';
import type { KvList } from '@handover/shared/genesys';
import { withInteraction } from '../interaction.ts';
import type { Ending } from '../interaction.ts';
import { ended } from '../reduce.ts';
import { leaveChat } from './leave.ts';
import { perform, performThen } from './perform.ts';
import { accepted } from './row.ts';
import type { DigitalAnswer, ItemAt } from './row.ts';

/** Gives the interaction away or ends it; the agent leaves its chat, which goes on if it goes to somebody else. */
export async function giveAway(at: ItemAt, as: Ending, command: Parameters<typeof perform>[1]): Promise<DigitalAnswer> {
  at.desk.underWay = { operationId: at.operationId, id: at.id, as };
  if (as === 'Completed') {
    const left = await leaveChat(at, { afterAction: 'CloseIfNoAgents' });
    if (left.kind === 'error') return left;
  }
  return performThen(at, command, async () => {
    if (as !== 'Completed' && at.interaction.chat?.joined === true)
      await perform(at, { messageName: 'RequestChatLeave', ...at.seat, interactionID: at.id, afterAction: 'KeepAlive' });
    at.desk.take(ended(at.desk.state, at.id, as));
    return accepted;
  });
}

/** Changes properties of the interaction, and ours of it, whether or not the server says so by an event. */
export async function change(
  at: ItemAt,
  pairs: { added?: KvList; changed?: KvList; deletedKeys?: string[] },
  notification: 'PropertiesUpdated' | 'EmailSaved' = 'PropertiesUpdated',
): Promise<DigitalAnswer> {
  const command = { messageName: 'RequestChangeProperties', ...at.seat, interactionID: at.id, ...pairs } as const;
  return performThen(at, command, () => {
    const current = at.desk.state.interactions.get(at.id);
    if (current === undefined) return accepted;
    const { userData } = current.properties;
    const gone = new Set(pairs.deletedKeys ?? []);
    const next = kvUpdate(
      userData.filter(pair => !gone.has(pair.key)),
      [...(pairs.added ?? []), ...(pairs.changed ?? [])],
    );
    const same = JSON.stringify(next) === JSON.stringify(userData);
    const interaction = { ...current, properties: { ...current.properties, userData: next } };
    if (same && notification === 'PropertiesUpdated') return accepted;
    at.desk.take({ state: withInteraction(at.desk.state, interaction), told: [{ kind: 'interaction', interaction, notification }] });
    return accepted;
  });
}

export const userDataOf = (at: ItemAt): KvList => at.interaction.properties.userData;

/** What of the pairs is new, and what changes a pair that is there. */
export function split(at: ItemAt, pairs: KvList): { added?: KvList; changed?: KvList } {
  const known = new Set(userDataOf(at).map(pair => pair.key));
  const added = pairs.filter(pair => !known.has(pair.key));
  const changed = pairs.filter(pair => known.has(pair.key));
  return { ...(added.length === 0 ? {} : { added }), ...(changed.length === 0 ? {} : { changed }) };
}
