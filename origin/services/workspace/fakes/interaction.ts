import { kvUpdate } from '@handover/shared/genesys';
import type { IxnEvent, IxnProperties } from '@handover/shared/genesys';
import { ok, refuse } from '@handover/shared/result';
import type { Result } from '@handover/shared/result';
import type { InteractionCommand, InteractionRefusal, InteractionServer, InteractionServers } from '../../../contracts/interaction.ts';
import type { InteractionBoard } from './interaction-board.ts';
import { observe, startMonitoring, stopMonitoring, unobserve } from './interaction-monitoring.ts';
import { IxnError } from './interaction-board.ts';

type ChatInfo = IxnEvent & { messageName: 'EventChatSessionInfo' };
type WorkbinChange = IxnEvent & { messageName: 'EventWorkbinContentChanged' };

/** One node's link to an Interaction Server, as far as an agent's session can tell it from a real one. */
export class FakeInteractionServer implements InteractionServer {
  readonly name: string;
  readonly location: string;
  readonly board: InteractionBoard;
  readonly token = {};
  state: 'up' | 'down' = 'up';
  /** Every command that was written, with the epoch it was signed with. */
  readonly log: (InteractionCommand & { epoch: number | undefined })[] = [];
  /** Commands of these names are not answered, and not executed. */
  readonly mute = new Set<string>();
  readonly #agents = new Map<string, Set<(event: IxnEvent) => void>>();
  readonly #chats = new Map<string, Set<(event: ChatInfo) => void>>();
  readonly #workbins = new Map<string, Set<(event: WorkbinChange) => void>>();
  readonly #changes = new Set<(change: 'lost' | 'restored' | 'switched') => void>();

  constructor(board: InteractionBoard, location = '/us-east') {
    this.name = `IXN${location}`;
    this.location = location;
    this.board = board;
    board.links.add({ token: this.token, hear: event => this.#hear(event) });
  }

  onChange(listener: (change: 'lost' | 'restored' | 'switched') => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }
  listen(agentID: string, listener: (event: IxnEvent) => void): () => void {
    return add(this.#agents, agentID, listener);
  }
  listenChat(interactionID: string, listener: (event: ChatInfo) => void): () => void {
    return add(this.#chats, interactionID, listener);
  }
  listenWorkbin(workbinType: string, ownerID: string, listener: (event: WorkbinChange) => void): () => void {
    return add(this.#workbins, `${workbinType}/${ownerID}`, listener);
  }
  /** Chats and workbins that somebody listens to. */
  get heard(): string[] {
    return [...this.#chats, ...this.#workbins].flatMap(([name, set]) => (set.size > 0 ? [name] : []));
  }

  /** The link goes down; `vanish`: and the server notices. */
  lose(vanish = true): void {
    this.state = 'down';
    for (const listener of [...this.#changes]) listener('lost');
    if (vanish) this.board.vanished(this.token);
  }
  restore(): void {
    this.state = 'up';
    for (const listener of [...this.#changes]) listener('restored');
  }

  #hear(event: IxnEvent): void {
    if (this.state === 'down') return;
    if ('agentID' in event && event.agentID !== undefined) for (const listener of this.#agents.get(event.agentID) ?? []) listener(event);
    if (event.messageName === 'EventChatSessionInfo') for (const listener of this.#chats.get(event.interactionID) ?? []) listener(event);
    if (event.messageName === 'EventWorkbinContentChanged')
      for (const listener of this.#workbins.get(`${event.workbinType}/${event.ownerID}`) ?? []) listener(event);
  }

  async request(
    command: InteractionCommand,
    options: { deadlineMs: number; admit?: () => Result<{ epoch: number }, string> },
  ): Promise<Result<IxnEvent, InteractionRefusal>> {
    await Promise.resolve();
    if (this.state === 'down') return refuse({ kind: 'unavailable' });
    const admitted = options.admit?.();
    if (admitted?.ok === false) return refuse({ kind: 'fenced', why: admitted.reason });
    if (admitted !== undefined) this.log.push({ ...command, epoch: admitted.value.epoch });
    if (this.mute.has(command.messageName)) return refuse({ kind: 'unknown' });
    try {
      return ok(this.#execute(command));
    } catch (fault) {
      if (fault instanceof IxnError) return refuse({ kind: 'error', errorCode: fault.errorCode, errorMessage: fault.message });
      throw fault;
    }
  }

  names(): string[] {
    return this.log.map(each => each.messageName);
  }

  #ack(interactionID?: string): IxnEvent {
    return this.board.event({ messageName: 'EventAck', referenceID: 0, ...(interactionID === undefined ? {} : { interactionID }) });
  }

  #agent(agentID: string): NonNullable<ReturnType<InteractionBoard['agents']['get']>> {
    const agent = this.board.agents.get(agentID);
    if (agent === undefined) throw new IxnError('not-logged-in');
    return agent;
  }

  #status(command: { agentID: string; placeName: string }): IxnEvent {
    const { agentID, placeName } = command;
    const snapshot = this.board.snapshotOf(agentID);
    this.board.emit({ messageName: 'EventCurrentAgentStatus', agentID, placeName, snapshot });
    return this.#ack();
  }

  #execute(command: InteractionCommand): IxnEvent {
    const { board } = this;
    switch (command.messageName) {
      case 'RequestAgentLogin': {
        const media = new Map(command.mediaList.map(each => [each.mediaType, { state: each.state, reason: undefined }] as const));
        const dnd = board.agents.get(command.agentID)?.dnd === true;
        board.agents.set(command.agentID, { placeName: command.placeName, link: this.token, dnd, media });
        return this.#status(command);
      }
      case 'RequestAgentLogout':
        this.#agent(command.agentID);
        board.agents.delete(command.agentID);
        return this.#status(command);
      case 'RequestAddMedia':
        this.#agent(command.agentID).media.set(command.mediaType, { state: command.state ?? 'NotReady', reason: undefined });
        return this.#status(command);
      case 'RequestRemoveMedia':
        this.#agent(command.agentID).media.delete(command.mediaType);
        return this.#status(command);
      case 'RequestCancelNotReadyForMedia':
        this.#agent(command.agentID).media.set(command.mediaType, { state: 'Ready', reason: undefined });
        return this.#status(command);
      case 'RequestNotReadyForMedia':
        this.#agent(command.agentID).media.set(command.mediaType, { state: 'NotReady', reason: command.reason });
        return this.#status(command);
      case 'RequestDoNotDisturbOn':
      case 'RequestDoNotDisturbOff':
        this.#agent(command.agentID).dnd = command.messageName === 'RequestDoNotDisturbOn';
        return this.#status(command);
      case 'RequestQueryAgent': {
        const { agentID, placeName } = command;
        return board.event({ messageName: 'EventCurrentAgentStatus', agentID, placeName, snapshot: board.snapshotOf(agentID) });
      }
      case 'RequestAccept': {
        const item = board.item(command.interactionID, command.agentID);
        if (item.ticketID !== command.ticketID) throw new IxnError('invalid-ticket');
        board.handle(item, command.agentID);
        const party = { kind: 'Agent' as const, agentID: command.agentID };
        board.emit({ messageName: 'EventPartyAdded', agentID: command.agentID, interactionID: command.interactionID, party });
        return this.#ack(command.interactionID);
      }
      case 'RequestReject': {
        const item = board.item(command.interactionID, command.agentID);
        board.free(item);
        board.emit({ messageName: 'EventRejected', agentID: command.agentID, interactionID: command.interactionID });
        return this.#ack(command.interactionID);
      }
      case 'RequestStopProcessing': {
        const item = board.item(command.interactionID);
        item.agentID = undefined;
        item.properties = { ...item.properties, state: 'Stopped' };
        const interaction = item.properties;
        board.emit({ messageName: 'EventProcessingStopped', agentID: command.agentID, interaction });
        return this.#ack(command.interactionID);
      }
      case 'RequestChangeProperties': {
        const item = board.item(command.interactionID);
        const gone = new Set(command.deletedKeys ?? []);
        const kept = item.properties.userData.filter(pair => !gone.has(pair.key));
        const userData = kvUpdate(kept, [...(command.added ?? []), ...(command.changed ?? [])]);
        item.properties = { ...item.properties, userData };
        board.emit({ messageName: 'EventPropertiesChanged', agentID: command.agentID, interaction: item.properties });
        return this.#ack(command.interactionID);
      }
      case 'RequestPlaceInQueue': {
        const item = board.item(command.interactionID);
        board.free(item);
        item.properties = { ...item.properties, queue: command.queue };
        board.emit({ messageName: 'EventPlacedInQueue', agentID: command.agentID, interaction: item.properties });
        return this.#ack(command.interactionID);
      }
      case 'RequestPlaceInWorkbin': {
        const { workbinType, ownerID } = command;
        const item = board.item(command.interactionID);
        board.free(item);
        const { queue: _queue, ...rest } = item.properties;
        item.properties = { ...rest, state: 'InWorkbin', workbin: { workbinType, ownerID } };
        const interaction = item.properties;
        board.emit({ messageName: 'EventPlacedInWorkbin', agentID: command.agentID, interaction });
        board.emit({ messageName: 'EventWorkbinContentChanged', workbinType, ownerID, operation: 'Placed', interaction });
        return this.#ack(command.interactionID);
      }
      case 'RequestTransfer': {
        const item = board.item(command.interactionID, command.agentID);
        if (command.targetAgentID === undefined) throw new IxnError('no-target');
        board.invite(item, command.targetAgentID);
        return this.#ack(command.interactionID);
      }
      case 'RequestCancelConsult':
      case 'RequestRemoveParty':
      case 'RequestConference':
        board.item(command.interactionID, command.agentID);
        return this.#ack(command.interactionID);
      case 'RequestStartMonitoring':
        startMonitoring(board, command);
        return this.#ack();
      case 'RequestStopMonitoring':
        stopMonitoring(board, command);
        return this.#ack();
      case 'RequestIntrude':
        observe(board, board.item(command.interactionID), command);
        return this.#ack(command.interactionID);
      case 'RequestLeaveInteraction':
        unobserve(board, board.item(command.interactionID), command.agentID);
        return this.#ack(command.interactionID);
      case 'RequestPull': {
        const item = board.item(command.interactionID ?? '');
        if (item.agentID !== undefined || item.properties.state === 'Stopped') throw new IxnError('not-available');
        board.handle(item, command.agentID);
        return board.event({ messageName: 'EventPulledInteractions', referenceID: 0, interactions: [item.properties] });
      }
      case 'RequestSubmit': {
        const item = board.submit(command.interaction.mediaType, command.interaction);
        return board.event({ messageName: 'EventInteractionSubmitted', referenceID: 0, interactionID: item.properties.interactionID });
      }
      case 'RequestGetWorkbinContent': {
        const { workbinType, ownerID } = command;
        const inside = ({ workbin }: IxnProperties): boolean => workbin?.workbinType === workbinType && workbin.ownerID === ownerID;
        const interactions = [...board.items.values()].map(item => item.properties).filter(inside);
        return board.event({ messageName: 'EventWorkbinContent', referenceID: 0, workbinType, ownerID, interactions });
      }
      case 'RequestTakeSnapshot': {
        const ids = [...board.items.keys()];
        board.snapshots.set(board.snapshots.size + 1, ids);
        const snapshotID = board.snapshots.size;
        return board.event({ messageName: 'EventSnapshotTaken', referenceID: 0, snapshotID, numberOfInteractions: ids.length });
      }
      case 'RequestGetSnapshotInteractions': {
        const ids = board.snapshots.get(command.snapshotID);
        if (ids === undefined) throw new IxnError('unknown-snapshot');
        const interactions = ids.slice(command.startIndex, command.startIndex + command.size).map(id => board.item(id).properties);
        return board.event({ messageName: 'EventSnapshotInteractions', referenceID: 0, snapshotID: command.snapshotID, interactions });
      }
      case 'RequestReleaseSnapshot':
        if (!board.snapshots.delete(command.snapshotID)) throw new IxnError('unknown-snapshot');
        return this.#ack();
      case 'RequestGetInteractionProperties': {
        const interaction = board.item(command.interactionID).properties;
        return board.event({ messageName: 'EventInteractionProperties', referenceID: 0, interaction });
      }
      case 'RequestChatJoin': {
        const item = board.item(command.interactionID);
        if (item.chat?.open !== true) throw new IxnError('no-such-chat');
        board.joins(item, command.nickname, command.userType);
        item.chat.heardBy.add(this.token);
        const info = board.info(
          item,
          item.chat.lines.filter(line => line.index >= command.fromIndex),
        );
        // Heard twice: by whoever listens to the chat, and as the answer.
        board.emit(info, this.token);
        return board.event(info);
      }
      case 'RequestChatMessage': {
        const item = board.item(command.interactionID);
        board.line(item, {
          type: 'Text',
          nickname: command.agentID,
          userType: 'Agent',
          text: command.text,
          visibility: command.visibility,
        });
        return this.#ack(command.interactionID);
      }
      case 'RequestChatNotice': {
        const item = board.item(command.interactionID);
        const type = command.notice === 'Custom' || command.notice === 'SystemCommand' ? 'CustomNotice' : command.notice;
        board.line(item, {
          type,
          nickname: command.agentID,
          userType: 'Agent',
          ...(command.text === undefined ? {} : { text: command.text }),
        });
        return this.#ack(command.interactionID);
      }
      case 'RequestChatLeave': {
        const item = board.item(command.interactionID);
        item.chat?.heardBy.delete(this.token);
        if (item.chat !== undefined && command.afterAction !== 'KeepAlive') item.chat.open = false;
        return this.#ack(command.interactionID);
      }
      case 'RequestChatTranscript': {
        const item = board.item(command.interactionID);
        return board.event(
          board.info(
            item,
            (item.chat?.lines ?? []).filter(line => line.index >= command.fromIndex),
          ),
        );
      }
      case 'RequestChatCustomer':
      case 'RequestRegisterClient':
      case 'RequestWorkbinNotifications':
      case 'RequestCancelWorkbinNotifications':
        throw new IxnError('unsupported');
    }
  }
}

function add<T>(map: Map<string, Set<T>>, name: string, listener: T): () => void {
  const set = map.get(name) ?? new Set();
  map.set(name, set.add(listener));
  return () => set.delete(listener);
}

/** These servers, the first one local. */
export const fakeInteractions = (servers: readonly FakeInteractionServer[]): InteractionServers => ({
  at: location => servers.find(each => each.location === location),
  local: () => servers[0],
  all: () => servers,
});
