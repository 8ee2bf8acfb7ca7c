import type { IxnProperties, IxnReport, KvList } from '@handover/shared/genesys';
import { kvUpdate } from '@handover/shared/genesys';
import type { IxnOutput, ServerEvent } from './messages.ts';
import type { RefusalCode } from './refusals.ts';
import type { Invite, Item, IxnState } from './state.ts';
import { limits, vacate, workbinName } from './state.ts';

/** One step in the making: the state to change, and what it causes. */
export class Work {
  readonly state: IxnState;
  readonly at: number;
  readonly outputs: IxnOutput[] = [];
  /** Who asks. */
  readonly client: string;
  readonly referenceID: number;

  constructor(state: IxnState, at: number, client = '', referenceID = 0) {
    this.state = state;
    this.at = at;
    this.client = client;
    this.referenceID = referenceID;
  }

  /** Answers the request. */
  reply(event: ServerEvent): undefined {
    this.outputs.push({ kind: 'event', client: this.client, event, referenceID: this.referenceID });
  }

  ack(interactionID?: string): undefined {
    return this.reply({ messageName: 'EventAck', ...(interactionID === undefined ? {} : { interactionID }) });
  }

  toClient(client: string, event: ServerEvent): void {
    this.outputs.push({ kind: 'event', client, event });
  }

  /** To the client where the agent is logged in; else to the asking one, for its own agent. */
  toAgent(agentID: string, event: ServerEvent): void {
    this.toClient(this.state.agents.get(agentID)?.client ?? this.client, event);
  }

  /** To the client where the agent is logged in, if there is one. */
  toLoggedIn(agentID: string, event: ServerEvent): void {
    const agent = this.state.agents.get(agentID);
    if (agent !== undefined) this.toClient(agent.client, event);
  }

  report(item: Item, action: IxnReport['action'], about: Pick<IxnReport, 'agentID' | 'queue' | 'waitedMs'>): void {
    const { interactionID, mediaType, interactionType } = item.properties;
    const report = { interactionID, mediaType, interactionType, action, ...about };
    this.outputs.push({ kind: 'report', report: { messageName: 'EventReported', report } });
  }

  /** Waits for something; a deadline of the same name is replaced. */
  until(name: string, ms: number): void {
    this.state.deadlines.set(name, this.at + ms);
  }

  next(): number {
    return (this.state.lastNumber += 1);
  }

  item(interactionID: string): Item | undefined {
    const item = this.state.items.get(interactionID);
    return item?.properties.state === 'Stopped' ? undefined : item;
  }

  /** An agent did something with it: the time for handling begins anew. */
  touch(item: Item): void {
    if (item.handlers.length > 0) this.until(`handling ${item.properties.interactionID}`, this.state.settings.handlingMs);
  }
}

/** Makes the properties say what handlers and invites mean. */
export function settle(item: Item): void {
  const { assignedTo: _assigned, ...rest } = item.properties;
  const [first] = item.handlers;
  const agents = item.handlers.map(agentID => ({ kind: 'Agent' as const, agentID }));
  const others = rest.parties.filter(party => party.kind !== 'Agent');
  item.properties = {
    ...rest,
    state: first !== undefined ? 'Handling' : item.invites.length > 0 ? 'Invited' : rest.workbin !== undefined ? 'InWorkbin' : 'Queued',
    parties: [...others, ...agents],
    ...(first === undefined ? {} : { assignedTo: first }),
  };
}

/** Takes an invite away; whoever calls tells why. */
export function dropInvite(work: Work, item: Item, invite: Invite, action: 'Accepted' | 'Rejected' | 'Revoked' = 'Revoked'): void {
  work.report(item, action, { agentID: invite.agentID });
  const { interactionID } = item.properties;
  item.invites = item.invites.filter(each => each !== invite);
  vacate(work.state, invite.agentID, interactionID);
  work.state.deadlines.delete(`invite ${interactionID} ${invite.ticketID}`);
  settle(item);
}

export function dropHandler(work: Work, item: Item, agentID: string): void {
  const { interactionID } = item.properties;
  if (item.handlers.includes(agentID)) work.report(item, 'Released', { agentID });
  item.handlers = item.handlers.filter(each => each !== agentID);
  vacate(work.state, agentID, interactionID);
  if (item.handlers.length === 0) work.state.deadlines.delete(`handling ${interactionID}`);
  settle(item);
}

/** User data after a change; or what is wrong with it. */
export function changedData(
  list: KvList,
  change: { added?: KvList; changed?: KvList; deletedKeys?: string[] },
): { userData: KvList } | { refusal: RefusalCode } {
  const gone = new Set(change.deletedKeys ?? []);
  const kept = list.filter(pair => !gone.has(pair.key));
  const userData = kvUpdate(kept, [...(change.added ?? []), ...(change.changed ?? [])]);
  return fits(userData) ? { userData } : { refusal: 'too-many' };
}

/** Whether an interaction may carry this user data. */
export const fits = (userData: KvList): boolean =>
  userData.length <= limits.userData && JSON.stringify(userData).length <= limits.userDataChars;

/** As many of these as one message may carry; the others are left out. */
export function inOneMessage(interactions: readonly IxnProperties[]): IxnProperties[] {
  let chars = 0;
  return interactions.filter(each => (chars += JSON.stringify(each).length) <= limits.messageChars);
}

/** Tells whoever watches the workbin that the interaction is in. */
export function tellWorkbin(work: Work, item: Item, operation: 'Placed' | 'Taken' | 'Properties'): void {
  const { workbin } = item.properties;
  if (workbin === undefined) return;
  const event = { messageName: 'EventWorkbinContentChanged' as const, ...workbin, operation, interaction: item.properties };
  for (const client of work.state.watchers.get(workbinName(workbin.workbinType, workbin.ownerID)) ?? []) work.toClient(client, event);
}
