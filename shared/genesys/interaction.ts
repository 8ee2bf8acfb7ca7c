import type { KvList } from './kv.ts';

/** Interaction Server, Chat Server and contact messages as JSON, in the manner of `tlib.ts`. */
export type MediaType = 'chat' | 'email' | 'workitem' | 'outboundpreview';
export type MediaState = 'Ready' | 'NotReady';
export type IxnState = 'Queued' | 'Routing' | 'Invited' | 'Handling' | 'InWorkbin' | 'Stopped';
/** EventRevoked.operation: 8 timeout, 10 stopped, 11 placed in a workbin, 12 placed in a queue, 13 client disconnected. */
export type RevokeOperation = 8 | 10 | 11 | 12 | 13;

export interface IxnParty {
  kind: 'Agent' | 'Customer' | 'Supervisor' | 'Strategy';
  /** Employee id of an agent. */
  agentID?: string;
  placeName?: string;
}

export interface IxnProperties {
  interactionID: string;
  mediaType: MediaType;
  interactionType: 'Inbound' | 'Outbound' | 'Internal';
  interactionSubtype: string;
  tenantName: string;
  queue?: string;
  workbin?: { workbinType: string; ownerID: string };
  state: IxnState;
  isOnline: boolean;
  isHeld: boolean;
  isLocked: boolean;
  assignedTo?: string;
  receivedAt: number;
  submittedAt: number;
  placedInQueueAt?: number;
  deliveredAt?: number;
  completedAt?: number;
  parentInteractionID?: string;
  subject?: string;
  contactID?: string;
  userData: KvList;
  parties: IxnParty[];
  inQueues: string[];
  outQueues: string[];
}

/** How a supervisor takes part in an agent's interaction: unseen; heard by agents alone; heard by everybody. */
export type IxnMonitoringMode = 'Monitor' | 'Coach' | 'Bargein';
/** A supervisor's wish to take part in what an agent handles of one medium. */
export interface IxnMonitoring {
  targetAgentID: string;
  mediaType: MediaType;
  mode: IxnMonitoringMode;
  next: 'NextInteraction' | 'AllInteractions';
}
/** An interaction in which a supervisor takes part because the target handles it. */
export interface IxnMonitored {
  interaction: IxnProperties;
  targetAgentID: string;
  mode: IxnMonitoringMode;
}

/** What an agent does with an interaction, or what becomes of it in its queue. */
export interface IxnReport {
  interactionID: string;
  mediaType: MediaType;
  interactionType: IxnProperties['interactionType'];
  action: 'Delivering' | 'Accepted' | 'Rejected' | 'Revoked' | 'Handling' | 'Released' | 'Stopped' | 'Abandoned' | 'Cleared';
  agentID?: string;
  /** Of Abandoned and Cleared: how long it has waited there. */
  queue?: string;
  waitedMs?: number;
}

interface Ref {
  referenceID: number;
  /** `handover` = kvlist {node: str, epoch: int} on every command of an origin. */
  extensions?: KvList;
}
interface Agent {
  agentID: string;
  placeName: string;
}
interface Reason {
  reason?: string;
}

export type IxnRequest =
  | (Ref & {
      messageName: 'RequestRegisterClient';
      applicationName: string;
      clientType: 'AgentApplication' | 'MediaServer' | 'ReportingEngine';
    })
  | (Ref & Agent & Reason & { messageName: 'RequestAgentLogin'; mediaList: { mediaType: MediaType; state: MediaState }[] })
  | (Ref & Agent & Reason & { messageName: 'RequestAgentLogout' })
  | (Ref & Agent & { messageName: 'RequestAddMedia' | 'RequestRemoveMedia'; mediaType: MediaType; state?: MediaState })
  | (Ref & Agent & Reason & { messageName: 'RequestNotReadyForMedia' | 'RequestCancelNotReadyForMedia'; mediaType: MediaType })
  | (Ref & Agent & { messageName: 'RequestDoNotDisturbOn' | 'RequestDoNotDisturbOff' | 'RequestQueryAgent' })
  | (Ref & Agent & { messageName: 'RequestAccept' | 'RequestReject'; ticketID: number; interactionID: string })
  | (Ref & Agent & Reason & { messageName: 'RequestStopProcessing'; interactionID: string })
  | (Ref &
      Agent & { messageName: 'RequestChangeProperties'; interactionID: string; added?: KvList; changed?: KvList; deletedKeys?: string[] })
  | (Ref &
      Agent &
      Reason & {
        messageName: 'RequestPlaceInQueue';
        interactionID: string;
        queue: string;
        added?: KvList;
        changed?: KvList;
        deletedKeys?: string[];
      })
  | (Ref & Agent & Reason & { messageName: 'RequestPlaceInWorkbin'; interactionID: string; workbinType: string; ownerID: string })
  | (Ref &
      Agent & {
        messageName: 'RequestTransfer' | 'RequestConference';
        interactionID: string;
        targetAgentID?: string;
        targetQueue?: string;
        /** Of a conference: the other agent is only asked, and not heard by the customer. */
        consult?: boolean;
      })
  /** Whom the agent consults: who has come leaves, who is asked is asked no more. */
  | (Ref & Agent & { messageName: 'RequestCancelConsult'; interactionID: string })
  | (Ref & Agent & { messageName: 'RequestRemoveParty'; interactionID: string; targetAgentID: string })
  | (Ref & Agent & { messageName: 'RequestLeaveInteraction'; interactionID: string })
  /** What the target has in hand of the medium, and what follows; again, to change the manner. */
  | (Ref & Agent & IxnMonitoring & { messageName: 'RequestStartMonitoring' })
  | (Ref & Agent & { messageName: 'RequestStopMonitoring'; targetAgentID: string; mediaType: MediaType })
  /** Another manner, in one interaction that is monitored already. */
  | (Ref & Agent & { messageName: 'RequestIntrude'; interactionID: string; mode: IxnMonitoringMode })
  /** By id; or from a workbin or queue, the oldest first. */
  | (Ref &
      Agent & {
        messageName: 'RequestPull';
        interactionID?: string;
        workbinType?: string;
        ownerID?: string;
        queue?: string;
        count?: number;
      })
  | (Ref & {
      messageName: 'RequestSubmit';
      interaction: {
        mediaType: MediaType;
        interactionType: IxnProperties['interactionType'];
        interactionSubtype: string;
        queue: string;
        subject?: string;
        contactID?: string;
        parentInteractionID?: string;
        isOnline?: boolean;
        userData: KvList;
        /** Of a chat: the customer who is in it from the beginning, and what he says first. */
        customer?: { nickname: string; text?: string };
      };
    })
  | (Ref & { messageName: 'RequestGetWorkbinContent'; workbinType: string; ownerID: string })
  | (Ref & {
      messageName: 'RequestWorkbinNotifications' | 'RequestCancelWorkbinNotifications';
      workbinType: string;
      ownerID: string;
      notifyPropertyChanges?: boolean;
    })
  | (Ref & { messageName: 'RequestTakeSnapshot'; condition: string; order?: string })
  | (Ref & { messageName: 'RequestGetSnapshotInteractions'; snapshotID: number; startIndex: number; size: number })
  | (Ref & { messageName: 'RequestReleaseSnapshot'; snapshotID: number })
  | (Ref & { messageName: 'RequestGetInteractionProperties'; interactionID: string })
  // Chat session of an interaction.
  | (Ref &
      Agent & {
        messageName: 'RequestChatJoin';
        interactionID: string;
        nickname: string;
        userType: 'Agent' | 'Supervisor';
        visibility: ChatVisibility;
        fromIndex: number;
      })
  | (Ref &
      Agent & {
        messageName: 'RequestChatMessage';
        interactionID: string;
        text: string;
        visibility: ChatVisibility;
        messageType?: string;
        treatAs?: 'Normal' | 'System';
      })
  | (Ref &
      Agent & {
        messageName: 'RequestChatNotice';
        interactionID: string;
        notice: ChatNotice;
        text?: string;
        visibility: ChatVisibility;
        userData?: KvList;
      })
  | (Ref &
      Agent & {
        messageName: 'RequestChatLeave';
        interactionID: string;
        afterAction: 'KeepAlive' | 'CloseIfNoAgents' | 'ForceClose';
        text?: string;
      })
  | (Ref & { messageName: 'RequestChatTranscript'; interactionID: string; fromIndex: number })
  /**
   * What the customer of a chat does, brought by whoever speaks for him. `text` and `messageID` belong to `Say`; a message whose id stands in the
   * transcript already is acknowledged and not written again.
   */
  | (Ref & { messageName: 'RequestChatCustomer'; interactionID: string; action: ChatCustomerAction; text?: string; messageID?: string });

export type ChatCustomerAction = 'Say' | 'TypingStarted' | 'TypingStopped' | 'Leave';
export type ChatVisibility = 'All' | 'Agent' | 'Supervisor';
export type ChatNotice = 'TypingStarted' | 'TypingStopped' | 'PushUrl' | 'Custom' | 'SystemCommand' | 'NicknameUpdated';

/** One line of a transcript; `index` rises by one from 1. */
export interface ChatLine {
  index: number;
  type:
    'ParticipantJoined' | 'ParticipantLeft' | 'Text' | 'PushUrl' | 'CustomNotice' | 'TypingStarted' | 'TypingStopped' | 'NicknameUpdated';
  participantID: string;
  nickname: string;
  userType: 'Customer' | 'Agent' | 'External' | 'Supervisor';
  visibility: ChatVisibility;
  text?: string;
  userData?: KvList;
  /** The id that the customer gave his message. */
  messageID?: string;
  time: number;
}

/** State of an agent at the Interaction Server, for who comes late: every medium with its state, every interaction with its properties. */
export interface IxnAgentSnapshot {
  loggedIn: boolean;
  dnd: boolean;
  media: { mediaType: MediaType; state: MediaState; reason?: string }[];
  handling: IxnProperties[];
  invited: { ticketID: number; interaction: IxnProperties }[];
  /** Of a supervisor; absent without any. */
  monitoring?: IxnMonitoring[];
  monitored?: IxnMonitored[];
}

interface Seq {
  eventSequenceNumber: number;
  time: number;
  server: string;
}

export type IxnEvent =
  | (Seq & { messageName: 'EventServerInfo'; referenceID?: number; serverRole: 'Primary' | 'Backup' })
  | (Seq & { messageName: 'EventPrimaryChanged'; serverRole: 'Primary' | 'Backup' })
  | (Seq & { messageName: 'EventAck'; referenceID: number; interactionID?: string })
  /** Without a reference: what an earlier request of this agent's came to. */
  | (Seq & {
      messageName: 'EventError';
      referenceID?: number;
      errorCode: string;
      errorMessage: string;
      agentID?: string;
      interactionID?: string;
    })
  | (Seq & { messageName: 'EventCurrentAgentStatus'; referenceID?: number; agentID: string; placeName: string; snapshot: IxnAgentSnapshot })
  | (Seq & { messageName: 'EventInvite'; agentID: string; ticketID: number; interaction: IxnProperties })
  | (Seq & { messageName: 'EventRevoked'; agentID: string; ticketID?: number; interactionID: string; operation: RevokeOperation })
  | (Seq & { messageName: 'EventAccepted' | 'EventRejected'; agentID: string; interactionID: string })
  | (Seq & { messageName: 'EventPartyAdded' | 'EventPartyRemoved'; agentID: string; interactionID: string; party: IxnParty })
  | (Seq & {
      messageName: 'EventPropertiesChanged';
      agentID: string;
      interaction: IxnProperties;
      added?: KvList;
      changed?: KvList;
      deletedKeys?: string[];
    })
  | (Seq & {
      messageName: 'EventProcessingStopped' | 'EventPlacedInQueue' | 'EventPlacedInWorkbin';
      agentID: string;
      interaction: IxnProperties;
    })
  /** A supervisor takes part from now on, or in another manner; EventRevoked ends it. */
  | (Seq & IxnMonitored & { messageName: 'EventInteractionMonitored'; agentID: string })
  | (Seq & { messageName: 'EventMonitoringNextInteraction'; agentID: string; monitoring: IxnMonitoring })
  | (Seq & { messageName: 'EventMonitoringCancelled'; agentID: string; targetAgentID: string; mediaType: MediaType })
  /** To reporting clients only. */
  | (Seq & { messageName: 'EventReported'; report: IxnReport })
  /** To reporting clients only: all media of an agent, none when logged out. Ready in do-not-disturb is NotReady. */
  | (Seq & { messageName: 'EventMediaReported'; agentID: string; media: { mediaType: MediaType; state: MediaState }[] })
  | (Seq & { messageName: 'EventPulledInteractions'; referenceID: number; interactions: IxnProperties[] })
  | (Seq & { messageName: 'EventInteractionSubmitted'; referenceID: number; interactionID: string })
  | (Seq & { messageName: 'EventWorkbinContent'; referenceID: number; workbinType: string; ownerID: string; interactions: IxnProperties[] })
  | (Seq & {
      messageName: 'EventWorkbinContentChanged';
      workbinType: string;
      ownerID: string;
      operation: 'Placed' | 'Taken' | 'Properties';
      interaction: IxnProperties;
    })
  | (Seq & { messageName: 'EventSnapshotTaken'; referenceID: number; snapshotID: number; numberOfInteractions: number })
  | (Seq & { messageName: 'EventSnapshotInteractions'; referenceID: number; snapshotID: number; interactions: IxnProperties[] })
  | (Seq & { messageName: 'EventInteractionProperties'; referenceID: number; interaction: IxnProperties })
  | (Seq & {
      messageName: 'EventChatSessionInfo';
      referenceID?: number;
      interactionID: string;
      sessionState: 'Open' | 'Closed';
      lines: ChatLine[];
      participants: { participantID: string; nickname: string; userType: ChatLine['userType']; visibility: ChatVisibility }[];
    });
