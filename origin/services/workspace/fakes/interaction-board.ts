import type {
  ChatLine,
  IxnAgentSnapshot,
  IxnEvent,
  IxnMonitored,
  IxnMonitoring,
  IxnProperties,
  MediaState,
  MediaType,
  RevokeOperation,
} from '@handover/shared/genesys';
import type { Clock } from '@handover/shared/time';

type Body<T> = T extends unknown ? Omit<T, 'eventSequenceNumber' | 'time' | 'server'> : never;
type Info = Extract<IxnEvent, { messageName: 'EventChatSessionInfo' }>;

interface FakeAgent {
  placeName: string;
  link: object;
  dnd: boolean;
  media: Map<MediaType, { state: MediaState; reason: string | undefined }>;
}
interface FakeChat {
  open: boolean;
  lines: ChatLine[];
  participants: Info['participants'];
  /** Links that hear it. */
  heardBy: Set<object>;
}
export interface FakeItem {
  /** Supervisors who take part, by employee id. */
  observers: Map<string, Omit<IxnMonitored, 'interaction'>>;
  properties: IxnProperties;
  agentID: string | undefined;
  ticketID: number | undefined;
  chat: FakeChat | undefined;
}

/** The Interaction Server's error, thrown on the way and answered as EventError. */
export class IxnError extends Error {
  readonly errorCode: string;
  constructor(errorCode: string) {
    super(errorCode);
    this.errorCode = errorCode;
  }
}

/** What an Interaction Server and its chats know, shared by every link to them. */
export class InteractionBoard {
  readonly agents = new Map<string, FakeAgent>();
  readonly items = new Map<string, FakeItem>();
  readonly wishes: (IxnMonitoring & { agentID: string })[] = [];
  readonly snapshots = new Map<number, string[]>();
  readonly links = new Set<{ hear: (event: IxnEvent) => void; token: object }>();
  readonly #clock: Clock;
  #sequence = 0;
  #ids = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  event(body: Body<IxnEvent>): IxnEvent {
    return { ...body, eventSequenceNumber: ++this.#sequence, time: this.#clock.now(), server: 'ixn' };
  }

  /** Says it to whoever listens; to one link only when its token is given. */
  emit(body: Body<IxnEvent>, token?: object): IxnEvent {
    const event = this.event(body);
    for (const link of this.links) if (token === undefined || link.token === token) link.hear(event);
    return event;
  }

  submit(mediaType: MediaType, more: Partial<IxnProperties> = {}): FakeItem {
    const nowMs = this.#clock.now();
    const item: FakeItem = {
      agentID: undefined,
      ticketID: undefined,
      observers: new Map(),
      chat: mediaType === 'chat' ? { open: true, lines: [], participants: [], heardBy: new Set() } : undefined,
      properties: {
        interactionID: `ixn${String(++this.#ids)}`,
        mediaType,
        interactionType: 'Inbound',
        interactionSubtype: 'InboundNew',
        tenantName: 'acme',
        queue: `${mediaType}-inbound`,
        state: 'Queued',
        isOnline: mediaType === 'chat',
        isHeld: false,
        isLocked: false,
        receivedAt: nowMs,
        submittedAt: nowMs,
        userData: [],
        parties: [],
        inQueues: [],
        outQueues: [],
        ...more,
      },
    };
    this.items.set(item.properties.interactionID, item);
    if (item.chat !== undefined) this.joins(item, 'Customer', 'Customer');
    return item;
  }

  item(id: string, agentID?: string): FakeItem {
    const item = this.items.get(id);
    if (item === undefined) throw new IxnError('unknown-interaction');
    if (agentID !== undefined && item.agentID !== agentID) throw new IxnError('not-yours');
    return item;
  }

  /** Offers the interaction to the agent. */
  invite(item: FakeItem, agentID: string): void {
    item.agentID = agentID;
    item.ticketID = ++this.#ids;
    item.properties = { ...item.properties, state: 'Invited' };
    this.emit({ messageName: 'EventInvite', agentID, ticketID: item.ticketID, interaction: item.properties });
  }

  handle(item: FakeItem, agentID: string): void {
    item.agentID = agentID;
    item.ticketID = undefined;
    const { queue: _queue, workbin: _workbin, ...rest } = item.properties;
    item.properties = { ...rest, state: 'Handling', assignedTo: agentID };
  }

  /** Back where it came from. */
  revoke(item: FakeItem, operation: RevokeOperation): void {
    const { agentID, ticketID } = item;
    if (agentID === undefined) return;
    this.free(item);
    const ticket = ticketID === undefined ? {} : { ticketID };
    this.emit({ messageName: 'EventRevoked', agentID, ...ticket, interactionID: item.properties.interactionID, operation });
  }

  free(item: FakeItem): void {
    item.agentID = undefined;
    item.ticketID = undefined;
    item.properties = { ...item.properties, state: 'Queued', queue: `${item.properties.mediaType}-inbound` };
  }

  joins(item: FakeItem, nickname: string, userType: ChatLine['userType']): void {
    const { chat } = item;
    if (chat === undefined || chat.participants.some(each => each.nickname === nickname)) return;
    chat.participants = [...chat.participants, { participantID: nickname, nickname, userType, visibility: 'All' }];
    this.line(item, { type: 'ParticipantJoined', nickname, userType });
  }

  /** One more line of the transcript, told to every link that is in the chat. */
  line(item: FakeItem, line: Pick<ChatLine, 'type' | 'nickname' | 'userType'> & Partial<ChatLine>): void {
    const { chat } = item;
    if (chat === undefined) return;
    const full: ChatLine = {
      participantID: line.nickname,
      visibility: 'All',
      time: this.#clock.now(),
      ...line,
      index: chat.lines.length + 1,
    };
    chat.lines.push(full);
    for (const token of chat.heardBy) this.emit(this.info(item, [full]), token);
  }

  info(item: FakeItem, lines: ChatLine[]): Body<Info> {
    const { chat, properties } = item;
    return {
      messageName: 'EventChatSessionInfo',
      interactionID: properties.interactionID,
      sessionState: chat?.open === true ? 'Open' : 'Closed',
      lines,
      participants: chat?.participants ?? [],
    };
  }

  snapshotOf(agentID: string): IxnAgentSnapshot {
    const agent = this.agents.get(agentID);
    const own = [...this.items.values()].filter(item => item.agentID === agentID);
    return {
      loggedIn: agent !== undefined,
      dnd: agent?.dnd === true,
      media: [...(agent?.media ?? [])].map(([mediaType, { state, reason }]) => ({
        mediaType,
        state,
        ...(reason === undefined ? {} : { reason }),
      })),
      handling: own.filter(item => item.ticketID === undefined).map(item => item.properties),
      invited: own.flatMap(item => (item.ticketID === undefined ? [] : [{ ticketID: item.ticketID, interaction: item.properties }])),
      monitoring: this.wishes.flatMap(({ agentID: by, ...wish }) => (by === agentID ? [wish] : [])),
      monitored: [...this.items.values()].flatMap(item => {
        const how = item.observers.get(agentID);
        return how === undefined ? [] : [{ ...how, interaction: item.properties }];
      }),
    };
  }

  /** A link is gone: its agents are logged out and lose what they had; their chats go on without them. */
  vanished(token: object): void {
    for (const item of this.items.values()) item.chat?.heardBy.delete(token);
    for (const [agentID, agent] of this.agents) {
      if (agent.link !== token) continue;
      this.agents.delete(agentID);
      for (const item of this.items.values()) if (item.agentID === agentID) this.revoke(item, 13);
    }
  }
}
