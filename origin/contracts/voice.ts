import type { TlibEvent, TlibRequest } from '@handover/shared/genesys';
import type { Result } from '@handover/shared/result';

/** A T-Library command as a service writes it; the link adds `referenceID` and the `handover` extension {node, epoch}. */
export type VoiceCommand = Omit<TlibRequest, 'referenceID'>;

/**
 * Asked in the same tick as the write to the socket: the epoch to sign the command with, or why it must not be sent. While the socket has
 * bytes waiting the command stays in the link's queue and is asked again later.
 */
export type Admission = () => Result<{ epoch: number }, string>;

export type VoiceRefusal =
  /** EventError of the server. */
  | { kind: 'error'; errorCode: number; errorMessage: string }
  /** The admission said no: nothing was sent. */
  | { kind: 'fenced'; why: string }
  /** No link, or its queue is full: nothing was sent. */
  | { kind: 'unavailable' }
  /** Sent, but no answer within the deadline, or the link was lost meanwhile: whether it was executed is unknown. */
  | { kind: 'unknown' };

export type VoiceLinkState = 'up' | 'down';

/** One SIP Server (a primary with its backup) seen from this origin. Commands and events of one DN keep their order. */
export interface VoiceServer {
  readonly switchName: string;
  /** Location of the site, e.g. `/us-east`. */
  readonly location: string;
  readonly state: VoiceLinkState;
  /** Whether the switch leaves an agent logged in when its clients vanish; undefined while never connected. */
  readonly keepsAgentsOnDisconnect: boolean | undefined;
  /**
   * `lost`: the link is down. `restored`: up (again). `switched`: another server of the pair is now the primary, or an event was missed; what
   * was known may be stale. Said before the first event or answer that follows it.
   */
  onChange(listener: (change: 'lost' | 'restored' | 'switched') => void): () => void;
  /** Events whose `thisDN` is `dn`, in the order of the server, also those that answer requests. At most one request to register is made per DN. */
  listen(dn: string, listener: (event: TlibEvent) => void): () => void;
  /** Sends one command and waits for the event that answers it. `deadlineMs` counts from now (at most 30,000). */
  request(command: VoiceCommand, options: { deadlineMs: number; admit?: Admission }): Promise<Result<TlibEvent, VoiceRefusal>>;
}

/** The SIP Servers known from the configuration, the local one (by location) first. */
export interface VoiceServers {
  /** By switch name; undefined when the configuration does not name it. */
  bySwitch(switchName: string): VoiceServer | undefined;
  /** The server of the most specific location that is an ancestor of ours; undefined when there is none. */
  local(): VoiceServer | undefined;
  all(): readonly VoiceServer[];
}
