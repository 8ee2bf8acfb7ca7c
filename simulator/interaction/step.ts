import { assertNever } from '@handover/shared/result';
import type { IxnRequest } from '@handover/shared/genesys';
import * as agents from './agents.ts';
import * as chat from './chat.ts';
import * as handling from './handling.ts';
import type { IxnInput, IxnOutput } from './messages.ts';
import * as monitoring from './monitoring.ts';
import { cancelConsult, removeParty } from './parties.ts';
import type { Refused } from './refusals.ts';
import { refusals } from './refusals.ts';
import { route, timeOut } from './routing.ts';
import * as snapshots from './snapshots.ts';
import { loseObservers } from './observers.ts';
import type { IxnState, Item } from './state.ts';
import { agentSnapshot } from './status.ts';
import { customerActs, customerAsks, customerComes, submit } from './submit.ts';
import { Work } from './work.ts';
import * as workbins from './workbins.ts';

/** Inputs after which the router has nothing new to do. */
const leavesRouting: ReadonlySet<IxnInput['kind'] | IxnRequest['messageName']> = new Set([
  'connected',
  'customerSays',
  'customerLeaves',
  'RequestQueryAgent',
  'RequestChangeProperties',
  'RequestGetWorkbinContent',
  'RequestWorkbinNotifications',
  'RequestCancelWorkbinNotifications',
  'RequestTakeSnapshot',
  'RequestGetSnapshotInteractions',
  'RequestReleaseSnapshot',
  'RequestGetInteractionProperties',
  'RequestChatJoin',
  'RequestChatMessage',
  'RequestChatNotice',
  'RequestChatLeave',
  'RequestChatTranscript',
  'RequestStartMonitoring',
  'RequestStopMonitoring',
  'RequestIntrude',
] as const);

/** Changes the state by one input and answers what that causes, in order. The same inputs make the same state, wherever. */
export function step(state: IxnState, input: IxnInput): IxnOutput[] {
  const work = input.kind === 'request' ? new Work(state, input.at, input.client, input.request.referenceID) : new Work(state, input.at);
  take(work, input);
  // Most of what comes in makes nobody free and nothing wait.
  if (!leavesRouting.has(input.kind === 'request' ? input.request.messageName : input.kind)) route(work);
  return work.outputs;
}

function take(work: Work, input: IxnInput): void {
  switch (input.kind) {
    case 'request': {
      const refused = perform(work, input.request);
      if (refused !== undefined) work.reply({ messageName: 'EventError', errorCode: refused, errorMessage: refusals[refused] });
      return;
    }
    case 'connected':
      return void work.state.deadlines.delete(`client ${input.client}`);
    case 'vanished':
      return agents.vanish(work, input.client);
    case 'promoted':
      return promoted(work, new Set(input.connected));
    case 'configure':
      work.state.settings = input.settings;
      return;
    case 'customerComes':
      return customerComes(work, input.request, input.submission);
    case 'customerSays':
      return customerActs(work, input.request, input.interactionID, input.text);
    case 'customerLeaves':
      return customerActs(work, input.request, input.interactionID);
    case 'tick':
      return tick(work);
    default:
      return assertNever(input);
  }
}

/** Clients that have not come along from the predecessor get a little time. */
function promoted(work: Work, connected: ReadonlySet<string>): void {
  const { agents: known, watchers, snapshots: taken, settings } = work.state;
  const clients = new Set([...known.values()].map(agent => agent.client));
  for (const watching of watchers.values()) for (const client of watching) clients.add(client);
  for (const { client } of taken.values()) clients.add(client);
  for (const client of clients) if (!connected.has(client)) work.until(`client ${client}`, settings.clientReturnMs);
  for (const agentID of known.keys()) work.outputs.push({ kind: 'agent', agentID, loggedIn: true });
}

function tick(work: Work): void {
  const { deadlines, items } = work.state;
  for (const [name, at] of [...deadlines]) {
    if (at > work.at || !deadlines.delete(name)) continue;
    const [what, subject = '', ticket] = name.split(' ');
    const item = items.get(subject);
    if (what === 'invite') timeOut(work, subject, Number(ticket));
    else if (what === 'handling') handling.handlingOver(work, subject);
    else if (what === 'client') agents.vanish(work, name.slice('client '.length));
    else if (what === 'monitor') monitoring.forgetSupervisor(work, name.slice('monitor '.length));
    else if (what === 'reserve') reservationOver(work, item);
    else delete item?.avoid;
  }
}

function reservationOver(work: Work, item: Item | undefined): void {
  if (item === undefined) return;
  delete item.reservedFor;
  loseObservers(work, item, 12);
}

function perform(work: Work, request: IxnRequest): Refused {
  switch (request.messageName) {
    case 'RequestRegisterClient':
      return 'unsupported'; // the connection's affair
    case 'RequestAgentLogin':
      return agents.login(work, request);
    case 'RequestAgentLogout':
      return agents.logout(work, request);
    case 'RequestAddMedia':
      return agents.addMedia(work, request);
    case 'RequestRemoveMedia':
      return agents.removeMedia(work, request);
    case 'RequestNotReadyForMedia':
    case 'RequestCancelNotReadyForMedia':
      return agents.setReady(work, request);
    case 'RequestDoNotDisturbOn':
    case 'RequestDoNotDisturbOff':
      return agents.setDoNotDisturb(work, request);
    case 'RequestQueryAgent': {
      const { agentID, placeName } = request;
      const snapshot = agentSnapshot(work.state, agentID);
      return work.reply({ messageName: 'EventCurrentAgentStatus', agentID, placeName, snapshot });
    }
    case 'RequestAccept':
      return handling.accept(work, request);
    case 'RequestReject':
      return handling.reject(work, request);
    case 'RequestStopProcessing':
      return handling.stop(work, request);
    case 'RequestChangeProperties':
      return handling.changeProperties(work, request);
    case 'RequestPlaceInQueue':
      return handling.placeInQueue(work, request);
    case 'RequestPlaceInWorkbin':
      return handling.placeInWorkbin(work, request);
    case 'RequestTransfer':
    case 'RequestConference':
      return handling.offer(work, request);
    case 'RequestCancelConsult':
      return cancelConsult(work, request);
    case 'RequestRemoveParty':
      return removeParty(work, request);
    case 'RequestLeaveInteraction':
      return handling.leaveInteraction(work, request);
    case 'RequestStartMonitoring':
      return monitoring.startMonitoring(work, request);
    case 'RequestStopMonitoring':
      return monitoring.stopMonitoring(work, request);
    case 'RequestIntrude':
      return monitoring.intrude(work, request);
    case 'RequestPull':
      return workbins.pull(work, request);
    case 'RequestSubmit':
      return submit(work, request);
    case 'RequestGetWorkbinContent':
      return workbins.workbinContent(work, request);
    case 'RequestWorkbinNotifications':
    case 'RequestCancelWorkbinNotifications':
      return workbins.watchWorkbin(work, request);
    case 'RequestTakeSnapshot':
      return snapshots.takeSnapshot(work, request);
    case 'RequestGetSnapshotInteractions':
      return snapshots.readSnapshot(work, request);
    case 'RequestReleaseSnapshot':
      return snapshots.releaseSnapshot(work, request);
    case 'RequestGetInteractionProperties': {
      const item = work.state.items.get(request.interactionID);
      if (item === undefined) return 'unknown-interaction';
      return work.reply({ messageName: 'EventInteractionProperties', interaction: item.properties });
    }
    case 'RequestChatJoin':
      return chat.join(work, request);
    case 'RequestChatMessage':
      return chat.message(work, request);
    case 'RequestChatNotice':
      return chat.notice(work, request);
    case 'RequestChatLeave':
      return chat.leaveRequest(work, request);
    case 'RequestChatTranscript':
      return chat.transcript(work, request);
    case 'RequestChatCustomer':
      return customerAsks(work, request);
    default:
      return assertNever(request);
  }
}
