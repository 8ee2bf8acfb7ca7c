import type { IxnAgentSnapshot, MediaState, MediaType } from '@handover/shared/genesys';
import type { AgentRecord, IxnState } from './state.ts';
import type { Work } from './work.ts';

/** Everything about one agent, for who comes late. */
export function agentSnapshot(state: IxnState, agentID: string): IxnAgentSnapshot {
  const agent = state.agents.get(agentID);
  const own = [...(state.busy.get(agentID) ?? [])].flatMap(id => state.items.get(id) ?? []);
  return {
    loggedIn: agent !== undefined,
    dnd: agent?.dnd === true,
    media: (agent?.media ?? []).map(each => ({ ...each })),
    handling: own.flatMap(item => (item.handlers.includes(agentID) ? [item.properties] : [])),
    invited: own.flatMap(item =>
      item.invites.flatMap(({ ticketID, agentID: invited }) => (invited === agentID ? [{ ticketID, interaction: item.properties }] : [])),
    ),
  };
}

/** Tells the agent's client how the agent stands. */
export function tellStatus(work: Work, agentID: string, placeName: string): void {
  const event = { messageName: 'EventCurrentAgentStatus' as const, agentID, placeName, snapshot: agentSnapshot(work.state, agentID) };
  work.toAgent(agentID, event);
}

export function setMedium(agent: AgentRecord, mediaType: MediaType, state: MediaState, reason: string | undefined): void {
  const medium = { mediaType, state, ...(reason === undefined ? {} : { reason }) };
  const known = agent.media.some(each => each.mediaType === mediaType);
  agent.media = known ? agent.media.map(each => (each.mediaType === mediaType ? medium : each)) : [...agent.media, medium];
}
