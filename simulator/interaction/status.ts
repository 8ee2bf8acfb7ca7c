import type { IxnAgentSnapshot, IxnMonitored, IxnMonitoring, MediaState, MediaType } from '@handover/shared/genesys';
import type { AgentRecord, Item, IxnState, Wish } from './state.ts';
import type { Report } from './messages.ts';
import type { Work } from './work.ts';

/** Everything about one agent, for who comes late. */
export function agentSnapshot(state: IxnState, agentID: string): IxnAgentSnapshot {
  const agent = state.agents.get(agentID);
  const monitoring = [...state.wishes.values()].flat().flatMap(wish => (wish.agentID === agentID ? [wishOf(wish)] : []));
  const monitored = [...(state.observing.get(agentID) ?? [])].flatMap(id => monitoredBy(state.items.get(id), agentID) ?? []);
  const own = [...(state.busy.get(agentID) ?? [])].flatMap(id => state.items.get(id) ?? []);
  return {
    loggedIn: agent !== undefined,
    dnd: agent?.dnd === true,
    media: (agent?.media ?? []).map(each => ({ ...each })),
    handling: own.flatMap(item => (item.handlers.includes(agentID) ? [item.properties] : [])),
    invited: own.flatMap(item =>
      item.invites.flatMap(({ ticketID, agentID: invited }) => (invited === agentID ? [{ ticketID, interaction: item.properties }] : [])),
    ),
    ...(monitoring.length === 0 ? {} : { monitoring }),
    ...(monitored.length === 0 ? {} : { monitored }),
  };
}

export const wishOf = ({ targetAgentID, mediaType, mode, next }: Wish): IxnMonitoring => ({ targetAgentID, mediaType, mode, next });

/** How a supervisor takes part in an interaction; undefined when not at all. */
export function monitoredBy(item: Item | undefined, agentID: string): IxnMonitored | undefined {
  const observer = item?.observers.find(each => each.agentID === agentID);
  if (item === undefined || observer === undefined) return undefined;
  return { interaction: item.properties, targetAgentID: observer.targetAgentID, mode: observer.mode };
}

/** Tells the agent's client how the agent stands. */
export function tellStatus(work: Work, agentID: string, placeName: string): void {
  const event = { messageName: 'EventCurrentAgentStatus' as const, agentID, placeName, snapshot: agentSnapshot(work.state, agentID) };
  work.toAgent(agentID, event);
  work.outputs.push({ kind: 'report', report: mediaOf(work.state, agentID) });
}

/** What reporting clients hear of an agent's media. */
export function mediaOf(state: IxnState, agentID: string): Extract<Report, { messageName: 'EventMediaReported' }> {
  const agent = state.agents.get(agentID);
  const media = (agent?.media ?? []).map(each => ({
    mediaType: each.mediaType,
    state: agent?.dnd === true ? ('NotReady' as const) : each.state,
  }));
  return { messageName: 'EventMediaReported', agentID, media };
}

export function setMedium(agent: AgentRecord, mediaType: MediaType, state: MediaState, reason: string | undefined): void {
  const medium = { mediaType, state, ...(reason === undefined ? {} : { reason }) };
  const known = agent.media.some(each => each.mediaType === mediaType);
  agent.media = known ? agent.media.map(each => (each.mediaType === mediaType ? medium : each)) : [...agent.media, medium];
}
