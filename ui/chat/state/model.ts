/** What speaks for the customer in his chat. */
export interface Ticket {
  readonly chatId: string;
  readonly token: string;
}

/** One line of the transcript, as `/chat/v3` tells it; `index` only rises. */
export interface Line {
  readonly index: number;
  readonly type: string;
  readonly participantId: string;
  readonly nickname: string;
  readonly userType: string;
  readonly text?: string;
  /** Of the customer's own: the id under which it was sent. */
  readonly messageId?: string;
}

export interface Transcript {
  readonly state: 'Open' | 'Closed';
  /** Where to read on. */
  readonly next: number;
  readonly lines: readonly Line[];
}

/** A message that is not in the transcript yet. The id stays when it is sent again, so that it stands there once. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
  readonly state: 'waiting' | 'sent' | 'refused';
}

export type Fault = 'not-opened' | 'closed' | 'too-many' | 'invalid';

export interface State {
  readonly phase: 'form' | 'opening' | 'chat' | 'ended';
  readonly ticket?: Ticket;
  readonly connection: 'connected' | 'reconnecting';
  readonly lines: readonly Line[];
  readonly next: number;
  readonly outbox: readonly Outgoing[];
  readonly draft: string;
  /** The agent who writes at the moment, and until when that is believed. */
  readonly writer?: { readonly participantId: string; readonly nickname: string; readonly untilMs: number };
  readonly fault?: Fault;
}

export type Event =
  | { readonly kind: 'opening' }
  | { readonly kind: 'opened'; readonly ticket: Ticket }
  | { readonly kind: 'not-opened'; readonly fault: Fault }
  | { readonly kind: 'restored'; readonly ticket: Ticket; readonly outbox: readonly Outgoing[]; readonly draft: string }
  | { readonly kind: 'told'; readonly transcript: Transcript; readonly nowMs: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'draft'; readonly draft: string }
  /** The draft becomes a message under this id. */
  | { readonly kind: 'said'; readonly id: string }
  | { readonly kind: 'sent'; readonly id: string }
  | { readonly kind: 'refused'; readonly id: string }
  | { readonly kind: 'ended' }
  | { readonly kind: 'again' }
  | { readonly kind: 'tick'; readonly nowMs: number };

export const initialState: State = { phase: 'form', connection: 'connected', lines: [], next: 1, outbox: [], draft: '' };

/** Messages that may wait to be sent; a draft stays a draft meanwhile. */
export const maxWaiting = 20;
export const maxTextLength = 4_096;
