import type { ChatLine, IxnMonitoringMode, KvList, MediaType } from '../../genesys/index.ts';

/** Channels of digital work; `interaction(mediatype)` carries what happens to interactions of one medium. */
export const digitalChannels = {
  interaction: (mediatype: MediaType): string => `/workspace/v3/media/${mediatype}`,
  workbins: '/workspace/v3/workbins',
  management: '/workspace/v3/media-management',
} as const;

/**
 * Where an interaction stands for the agent. `Chat`: in the chat; `LeftChat`: left or closed, to be completed; `Processing`: e-mail and work
 * items in hand; `Composing`: an outbound e-mail; the others end the agent's part in it.
 */
export type InteractionStateWire =
  | 'Invited'
  | 'Chat'
  | 'LeftChat'
  | 'Processing'
  | 'Composing'
  | 'Sent'
  | 'Canceled'
  | 'InWorkbin'
  | 'Transferred'
  | 'Rejected'
  | 'Completed'
  | 'Revoked';

export interface EmailWire {
  from?: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject?: string;
  mime?: string;
  body?: string;
  bodyAsPlainText?: string;
}
export interface AttachmentWire {
  id: string;
  name: string;
  mime: string;
  size: number;
  path: string;
}
export interface ChatParticipantWire {
  id: string;
  type: ChatLine['userType'];
  nickname: string;
  visibility: ChatLine['visibility'];
}

export interface InteractionWire {
  id: string;
  mediatype: MediaType;
  state: InteractionStateWire;
  interactionType: 'Inbound' | 'Outbound' | 'Internal';
  interactionSubtype: string;
  capabilities: string[];
  userData: KvList;
  inQueues: KvList;
  outQueues: KvList;
  queue?: string;
  workbin?: { workbinId: string; ownerId: string };
  ticketId?: number;
  tenantId: number;
  assignedTo?: string;
  /** ISO UTC. */
  receivedAt: string;
  submittedAt: string;
  isOnline: boolean;
  isHeld: boolean;
  isLocked: boolean;
  isInWorkflow: boolean;
  subject?: string;
  comment?: string;
  contactId?: string;
  parentInteractionId?: string;
  chat?: { participants: ChatParticipantWire[]; startAt: string; myParticipantId?: string; isAsyncMode: boolean };
  email?: EmailWire;
  attachments?: AttachmentWire[];
  /** Of a supervisor who takes part in it: whose it is, and how. */
  monitoring?: { agentId: string; monitoringMode: IxnMonitoringMode };
}

export type InteractionNotification = 'StatusChange' | 'PropertiesUpdated' | 'EmailSaved';
export interface InteractionStateChangedWire {
  messageType: 'InteractionStateChanged';
  notificationType: InteractionNotification;
  operationId?: string;
  interaction: InteractionWire;
}

export interface ChatMessageWire {
  /** Rises by one; a client that saw an index may ignore it when it comes again. */
  index: number;
  type: ChatLine['type'];
  text: string;
  visibility: ChatLine['visibility'];
  timestamp: string;
  timestampSeconds: number;
  from: { participantId: string; nickname: string; type: ChatLine['userType']; visibility: ChatLine['visibility'] };
  userData: Record<string, string | number>;
}
export interface MessageLogUpdatedWire {
  messageType: 'MessageLogUpdated';
  notificationType: 'NewMessages';
  operationId?: string;
  /** Equal to `interactionId`. */
  id: string;
  interactionId: string;
  messages: ChatMessageWire[];
}
/** A supervisor's wish to monitor what an agent handles of a medium. */
export interface MediaMonitoringStateChangedWire {
  messageType: 'MonitoringStateChanged';
  operationId?: string;
  state: 'MonitoringNextInteraction' | 'MonitoringCancelled';
  /** Employee id. */
  agentId: string;
  mediatype: MediaType;
  /** With MonitoringNextInteraction. */
  monitoringMode?: IxnMonitoringMode;
  monitoringNextInteractionType?: 'NextInteraction' | 'AllInteractions';
}
/** `errorCode` is the Interaction Server's own word. */
export interface MediaErrorWire {
  messageType: 'EventError';
  operationId?: string;
  interactionId?: string;
  error: { errorCode: string; errorMessage: string };
}

export interface WorkbinWire {
  id: string;
  name: string;
  mediatype?: MediaType;
  ownerId: string;
}
export interface WorkbinContentWire {
  workbinId: string;
  ownerId: string;
  interactions: InteractionWire[];
}
export type WorkbinsMessageWire = { messageType: 'WorkbinsMessage'; operationId?: string } & (
  | { notificationType: 'Workbins'; workbins: WorkbinWire[] }
  | ({ notificationType: 'WorkbinContent' } & WorkbinContentWire)
  | { notificationType: 'WorkbinContents'; workbins: WorkbinContentWire[] }
  | { notificationType: 'InteractionDetails'; interaction: InteractionWire }
  | {
      notificationType: 'WorkbinContentChanged';
      workbinId: string;
      ownerId: string;
      operation: 'Placed' | 'Taken' | 'Properties';
      interaction: InteractionWire;
    }
);

export type SnapshotMessageWire = { messageType: 'SnapshotMessage'; operationId?: string } & (
  | {
      notificationType: 'SnapshotContent';
      snapshotId: string;
      numberOfInteractions?: number;
      startIndex: number;
      interactions: InteractionWire[];
    }
  | { notificationType: 'SnapshotReleased'; snapshotId: string }
  | { notificationType: 'InteractionDetails'; interaction: InteractionWire }
  | {
      notificationType: 'ManageUserData' | 'MoveToWorkbin' | 'MoveToQueue' | 'Complete' | 'Cancel';
      /** Of each interaction, whether it was done; `errorCode` when it was not. */
      interactions: { id: string; done: boolean; errorCode?: string }[];
    }
);
