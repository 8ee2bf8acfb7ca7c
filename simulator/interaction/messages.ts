import type { IxnEvent, IxnProperties, IxnRequest, KvList, MediaType } from '@handover/shared/genesys';
import type { Settings } from './settings.ts';

type Body<T> = T extends unknown ? Omit<T, 'eventSequenceNumber' | 'time' | 'server' | 'referenceID'> : never;
/** An event before the connection that carries it numbers it. */
export type ServerEvent = Body<IxnEvent>;

/** An interaction as it comes in. */
export interface Submission {
  mediaType: MediaType;
  interactionType: IxnProperties['interactionType'];
  interactionSubtype: string;
  queue: string;
  subject?: string;
  contactID?: string;
  parentInteractionID?: string;
  isOnline?: boolean;
  userData: KvList;
}

/** What a customer brings. */
export interface CustomerSubmission extends Submission {
  nickname: string;
  /** The first line of a chat. */
  text: string;
  /** Employee id of the agent who is asked for. */
  agentID?: string;
}

/** A client is known by the node that runs it, on whichever connection and at whichever server of the pair. */
export type IxnInput =
  | { kind: 'request'; at: number; client: string; request: IxnRequest }
  | { kind: 'connected' | 'vanished'; at: number; client: string }
  /** Another server has taken over; its clients of now are these. */
  | { kind: 'promoted'; at: number; connected: string[] }
  | { kind: 'configure'; at: number; settings: Settings }
  | { kind: 'customerComes'; at: number; request: number; submission: CustomerSubmission }
  | { kind: 'customerSays'; at: number; request: number; interactionID: string; text: string }
  | { kind: 'customerLeaves'; at: number; request: number; interactionID: string }
  | { kind: 'tick'; at: number };

export type Report = Extract<ServerEvent, { messageName: 'EventReported' | 'EventMediaReported' }>;

export type IxnOutput =
  | { kind: 'event'; client: string; event: ServerEvent; referenceID?: number }
  /** To whoever reports. */
  | { kind: 'report'; report: Report }
  /** Answers a customer. */
  | { kind: 'submitted'; request: number; interactionID?: string; error?: string }
  | { kind: 'agent'; agentID: string; loggedIn: boolean };
