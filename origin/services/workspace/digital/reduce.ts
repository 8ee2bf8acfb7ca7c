import { assertNever } from '@handover/shared/result';
import type { IxnAgentSnapshot, IxnEvent, IxnProperties, MediaState, MediaType } from '@handover/shared/genesys';
import { chatAfter } from './chat.ts';
import type { ChatSessionInfo } from './chat.ts';
import { endInteraction, withInteraction } from './interaction.ts';
import type { DigitalState, DigitalStep, DigitalTold, Ending, Interaction, Naming } from './interaction.ts';
import { cancelled, monitored, monitoredNoMore, wished } from './monitoring.ts';

type PartyEvent = Extract<IxnEvent, { party: unknown }>;

const nothing = (state: DigitalState): DigitalStep => ({ state, told: [] });

const asIs: Naming = (_id, as) => as;

/** The state after one event of the Interaction Server about this agent, and what to tell. */
export function reduceDigital(state: DigitalState, event: IxnEvent, agentId: string, naming: Naming = asIs): DigitalStep {
  switch (event.messageName) {
    case 'EventCurrentAgentStatus':
      return { ...mediaAfter(state, event.snapshot, event.time) };
    case 'EventInvite':
      return invited(state, event.interaction, event.ticketID);
    case 'EventAccepted':
      return accepted(state, event.interactionID);
    case 'EventRejected':
      return ended(state, event.interactionID, naming(event.interactionID, 'Rejected'));
    case 'EventRevoked':
      return revoked(state, event, naming);
    case 'EventPartyAdded':
      return event.party.agentID === agentId ? accepted(state, event.interactionID) : partyAdded(state, event);
    case 'EventPartyRemoved':
      return event.party.agentID === agentId
        ? ended(state, event.interactionID, naming(event.interactionID, 'Transferred'))
        : partyRemoved(state, event);
    case 'EventPropertiesChanged':
      return changed(state, event.interaction);
    case 'EventProcessingStopped':
      return stopped(state, event.interaction, naming, 'Completed');
    case 'EventPlacedInQueue':
      return stopped(state, event.interaction, naming, 'Transferred');
    case 'EventPlacedInWorkbin':
      return stopped(state, event.interaction, naming, 'InWorkbin');
    case 'EventChatSessionInfo':
      return chatted(state, event);
    case 'EventPulledInteractions':
      return pulled(state, event.interactions);
    case 'EventInteractionMonitored':
      return monitored(state, event);
    case 'EventMonitoringNextInteraction':
      return wished(state, event.monitoring);
    case 'EventMonitoringCancelled':
      return cancelled(state, event);
    case 'EventError':
      return failed(state, event, agentId);
    case 'EventAck':
    case 'EventReported':
    case 'EventMediaReported':
    case 'EventServerInfo':
    case 'EventPrimaryChanged':
    case 'EventInteractionSubmitted':
    case 'EventWorkbinContent':
    case 'EventWorkbinContentChanged':
    case 'EventSnapshotTaken':
    case 'EventSnapshotInteractions':
    case 'EventInteractionProperties':
      return nothing(state);
    default:
      return assertNever(event);
  }
}

/** Media as the server describes them; interactions are compared only when somebody asks for everything. */
export function mediaAfter(state: DigitalState, snapshot: IxnAgentSnapshot, nowMs: number): DigitalStep {
  const known = new Map(state.media.map(medium => [medium.name, medium]));
  const media = snapshot.media.map(({ mediaType, state: current, reason }) => {
    const before = known.get(mediaType);
    const same = before?.state === current && before.reason === reason;
    return same ? before : { name: mediaType, state: current, reason, sinceMs: nowMs };
  });
  const gone = state.media
    .filter(medium => !media.some(each => each.name === medium.name))
    .map(medium => (medium.state === 'LoggedOut' ? medium : { ...medium, state: 'LoggedOut' as const, reason: undefined, sinceMs: nowMs }));
  const next: DigitalState = { ...state, loggedIn: snapshot.loggedIn, dnd: snapshot.dnd, media: [...media, ...gone] };
  return mediaStep(state, next);
}

function mediaStep(before: DigitalState, next: DigitalState): DigitalStep {
  const look = (state: DigitalState): string => JSON.stringify([state.dnd, state.media]);
  return { state: next, told: look(before) === look(next) ? [] : [{ kind: 'media', state: next }] };
}

/** What an acknowledged command did to the media, whether or not the server also says it by an event. */
export function setMedia(
  state: DigitalState,
  change: {
    media?: readonly { name: MediaType; state: MediaState | 'LoggedOut'; reason?: string | undefined }[];
    dnd?: boolean;
    loggedIn?: boolean;
  },
  nowMs: number,
): DigitalStep {
  const changes = new Map((change.media ?? []).map(each => [each.name, each]));
  const media = state.media.map(medium => {
    const to = changes.get(medium.name);
    changes.delete(medium.name);
    if (to === undefined || (to.state === medium.state && to.reason === medium.reason)) return medium;
    return { name: medium.name, state: to.state, reason: to.reason, sinceMs: nowMs };
  });
  for (const { name, state: current, reason } of changes.values()) media.push({ name, state: current, reason, sinceMs: nowMs });
  return mediaStep(state, { ...state, media, dnd: change.dnd ?? state.dnd, loggedIn: change.loggedIn ?? state.loggedIn });
}

const tell = (interaction: Interaction, notification: 'StatusChange' | 'PropertiesUpdated' = 'StatusChange'): DigitalTold => ({
  kind: 'interaction',
  interaction,
  notification,
});

function invited(state: DigitalState, properties: IxnProperties, ticketId: number): DigitalStep {
  const before = state.interactions.get(properties.interactionID);
  if (before?.phase === 'Invited' && before.ticketId === ticketId) return nothing(state);
  const interaction: Interaction = { properties, phase: 'Invited', ticketId, chat: before?.chat };
  return { state: withInteraction(state, interaction), told: [tell(interaction)] };
}

function accepted(state: DigitalState, id: string): DigitalStep {
  const before = state.interactions.get(id);
  if (before?.phase !== 'Invited') return nothing(state);
  const interaction: Interaction = { ...before, phase: 'Handling', properties: { ...before.properties, state: 'Handling' } };
  return { state: withInteraction(state, interaction), told: [tell(interaction)] };
}

/** Interactions that are the agent's from now on. */
export function pulled(state: DigitalState, interactions: readonly IxnProperties[]): DigitalStep {
  let next = state;
  const told: DigitalTold[] = [];
  for (const properties of interactions) {
    const before = next.interactions.get(properties.interactionID);
    const interaction: Interaction = { properties, phase: 'Handling', ticketId: undefined, chat: before?.chat };
    const ended = next.ended.filter(each => each.id !== properties.interactionID);
    next = withInteraction({ ...next, ended }, interaction);
    if (before?.phase !== 'Handling') told.push(tell(interaction));
  }
  return { state: next, told };
}

export function ended(state: DigitalState, id: string, as: Ending, properties?: IxnProperties): DigitalStep {
  const before = state.interactions.get(id);
  if (before === undefined) return nothing(state);
  return endInteraction(state, properties === undefined ? before : { ...before, properties }, as);
}

const stopped = (state: DigitalState, properties: IxnProperties, naming: Naming, as: Ending): DigitalStep =>
  ended(state, properties.interactionID, naming(properties.interactionID, as), properties);

function revoked(state: DigitalState, event: IxnEvent & { messageName: 'EventRevoked' }, naming: Naming): DigitalStep {
  const before = state.interactions.get(event.interactionID);
  if (before === undefined) return nothing(state);
  if (before.phase === 'Monitoring') return monitoredNoMore(state, before, event.operation, naming);
  const handled = before.phase === 'Handling';
  // 13: the server missed the client that handled it. That was another node, or our link before it came back: we are here.
  if (event.operation === 13 && handled) return { state, told: [], takeBack: [before] };
  if (event.operation === 10 && handled) return endInteraction(state, before, 'Completed');
  if (event.operation === 11 && handled) return endInteraction(state, before, 'InWorkbin');
  return endInteraction(state, before, 'Revoked');
}

function changed(state: DigitalState, properties: IxnProperties): DigitalStep {
  const before = state.interactions.get(properties.interactionID);
  if (before === undefined) return nothing(state);
  const interaction = { ...before, properties };
  const told = JSON.stringify(before.properties) === JSON.stringify(properties) ? [] : [tell(interaction, 'PropertiesUpdated')];
  return { state: withInteraction(state, interaction), told };
}

/** Whom the agent wanted to hand it to, or to bring in, did not take it: it stays in hand. */
function failed(state: DigitalState, event: IxnEvent & { messageName: 'EventError' }, agentId: string): DigitalStep {
  const { interactionID = '', errorCode, errorMessage } = event;
  const interaction = event.agentID === agentId ? state.interactions.get(interactionID) : undefined;
  if (interaction === undefined) return nothing(state);
  const { mediaType } = interaction.properties;
  return { state, told: [{ kind: 'error', mediaType, id: interactionID, errorCode, errorMessage }] };
}

function partyAdded(state: DigitalState, event: PartyEvent): DigitalStep {
  const before = state.interactions.get(event.interactionID);
  if (before === undefined) return nothing(state);
  const others = before.properties.parties.filter(party => party.agentID === undefined || party.agentID !== event.party.agentID);
  return changed(state, { ...before.properties, parties: [...others, event.party] });
}

function partyRemoved(state: DigitalState, event: PartyEvent): DigitalStep {
  const before = state.interactions.get(event.interactionID);
  if (before === undefined) return nothing(state);
  const parties = before.properties.parties.filter(party => party.kind !== event.party.kind || party.agentID !== event.party.agentID);
  return changed(state, { ...before.properties, parties });
}

function chatted(state: DigitalState, info: ChatSessionInfo): DigitalStep {
  const before = state.interactions.get(info.interactionID);
  if (before?.chat?.joined !== true) return nothing(state);
  const step = chatAfter(before.chat, info, before.phase === 'Monitoring' ? 'Supervisor' : 'Agent');
  const interaction: Interaction = { ...before, chat: step.chat };
  const told: DigitalTold[] = step.changed ? [tell(interaction)] : [];
  if (step.lines.length > 0) told.push({ kind: 'lines', id: info.interactionID, lines: step.lines });
  return { state: withInteraction(state, interaction), told };
}
