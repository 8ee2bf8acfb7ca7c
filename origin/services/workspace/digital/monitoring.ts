import type { IxnMonitored, IxnMonitoring, RevokeOperation } from '@handover/shared/genesys';
import { endInteraction, withInteraction } from './interaction.ts';
import type { DigitalState, DigitalStep, DigitalTold, Interaction, Naming } from './interaction.ts';

type Subject = Pick<IxnMonitoring, 'targetAgentID' | 'mediaType'>;
const isSame = (one: Subject, other: Subject): boolean => one.targetAgentID === other.targetAgentID && one.mediaType === other.mediaType;

/** The supervisor takes part in an interaction, or in another manner. */
export function monitored(state: DigitalState, { interaction: properties, targetAgentID, mode }: IxnMonitored): DigitalStep {
  const before = state.interactions.get(properties.interactionID);
  if (before !== undefined && before.phase !== 'Monitoring') return { state, told: [] };
  const interaction: Interaction = {
    properties,
    phase: 'Monitoring',
    ticketId: undefined,
    chat: before?.chat,
    monitored: { targetAgentID, mode },
  };
  const told: DigitalTold[] = [{ kind: 'interaction', interaction, notification: 'StatusChange' }];
  const isNewChat = before === undefined && properties.mediaType === 'chat';
  return { state: withInteraction(state, interaction), told, ...(isNewChat ? { joinChat: properties.interactionID } : {}) };
}

/** `Completed` when the interaction is over, or by whoever ends the part in it; else taken away with its agent's. */
export const monitoredNoMore = (state: DigitalState, interaction: Interaction, operation: RevokeOperation, naming: Naming): DigitalStep =>
  endInteraction(state, interaction, operation === 10 ? 'Completed' : naming(interaction.properties.interactionID, 'Revoked'));

const wish = (monitoring: IxnMonitoring): DigitalTold => ({ kind: 'monitoring', state: 'MonitoringNextInteraction', monitoring });
const noWish = (monitoring: Subject): DigitalTold => ({ kind: 'monitoring', state: 'MonitoringCancelled', monitoring });

/** The server keeps a wish to monitor an agent. */
export function wished(state: DigitalState, monitoring: IxnMonitoring): DigitalStep {
  const others = state.monitoring.filter(each => !isSame(each, monitoring));
  return { state: { ...state, monitoring: [...others, monitoring] }, told: [wish(monitoring)] };
}

export function cancelled(state: DigitalState, { targetAgentID, mediaType }: Subject): DigitalStep {
  const others = state.monitoring.filter(each => !isSame(each, { targetAgentID, mediaType }));
  if (others.length === state.monitoring.length) return { state, told: [] };
  return { state: { ...state, monitoring: others }, told: [noWish({ targetAgentID, mediaType })] };
}

/** Wishes as the server describes them. `everything`: tells all of them, for clients that come from another node; else what differs. */
export function wishesAfter(state: DigitalState, now: readonly IxnMonitoring[], everything: boolean): DigitalStep {
  const gone = state.monitoring.filter(each => !now.some(other => isSame(each, other)));
  const known = (each: IxnMonitoring): boolean => state.monitoring.some(other => isSame(each, other));
  const told = [
    ...gone.map(({ targetAgentID, mediaType }) => noWish({ targetAgentID, mediaType })),
    ...now.filter(each => everything || !known(each)).map(wish),
  ];
  return { state: { ...state, monitoring: now }, told };
}

/** The standing wishes of a supervisor, for whoever subscribes. */
export const wishesTold = (state: DigitalState): DigitalTold[] => state.monitoring.map(wish);
