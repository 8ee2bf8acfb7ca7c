import type { IxnEvent, IxnRequest } from '@handover/shared/genesys';
import type { Result } from '@handover/shared/result';
import type { Admission, VoiceRefusal } from './voice.ts';

type WithoutReference<T> = T extends unknown ? Omit<T, 'referenceID'> : never;

/** An Interaction Server command as a service writes it; the link adds `referenceID` and the `handover` extension {node, epoch}. */
export type InteractionCommand = WithoutReference<IxnRequest>;

/** As for voice; `error` carries the server's own code, a text such as `invalid-ticket`. */
export type InteractionRefusal = { kind: 'error'; errorCode: string; errorMessage: string } | Exclude<VoiceRefusal, { kind: 'error' }>;

/**
 * One Interaction Server (a primary with its backup) with the chat sessions behind it, seen from this origin. All agents of the node share its
 * link: when the node vanishes, the server takes their media login and revokes what they handled. Commands and events keep their order.
 */
export interface InteractionServer {
  readonly name: string;
  /** Location of the site, e.g. `/us-east`. */
  readonly location: string;
  readonly state: 'up' | 'down';
  /**
   * `lost`: the link is down. `restored`: up (again). `switched`: another server of the pair is now the primary, or an event was missed; what
   * was known may be stale. Said before the first event or answer that follows it.
   */
  onChange(listener: (change: 'lost' | 'restored' | 'switched') => void): () => void;
  /** Events with this `agentID` (an employee id), in the order of the server, also those that answer requests. */
  listen(agentID: string, listener: (event: IxnEvent) => void): () => void;
  /** `EventChatSessionInfo` of this interaction, which the server sends to whoever joined the chat through this link. */
  listenChat(interactionID: string, listener: (event: IxnEvent & { messageName: 'EventChatSessionInfo' }) => void): () => void;
  /** `EventWorkbinContentChanged` of this workbin; asked of the server once per workbin, and again after `restored` and `switched`. */
  listenWorkbin(
    workbinType: string,
    ownerID: string,
    listener: (event: IxnEvent & { messageName: 'EventWorkbinContentChanged' }) => void,
  ): () => void;
  /** Sends one command and waits for the event that answers it. `deadlineMs` counts from now (at most 30,000). */
  request(command: InteractionCommand, options: { deadlineMs: number; admit?: Admission }): Promise<Result<IxnEvent, InteractionRefusal>>;
}

/** The Interaction Servers known from the configuration. */
export interface InteractionServers {
  /** By location of the site; undefined when the configuration names none there. */
  at(location: string): InteractionServer | undefined;
  /** The server of the most specific location that is an ancestor of ours; undefined when there is none. */
  local(): InteractionServer | undefined;
  all(): readonly InteractionServer[];
}
