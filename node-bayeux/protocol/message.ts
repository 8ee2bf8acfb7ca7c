/** A request's `id`: echoed in its reply with the JSON type it came with. */
export type MessageId = string | number;

/** The connection types this package serves, as the Bayeux documents spell them. */
export type ConnectionType = 'long-polling' | 'callback-polling' | 'websocket';

/** What the server tells a client about its next step. Durations in milliseconds. */
export interface Advice {
  reconnect?: 'retry' | 'handshake' | 'none';
  interval?: number;
  timeout?: number;
  maxInterval?: number;
  'multiple-clients'?: boolean;
  hosts?: readonly string[];
}

/** The answer to one message. Extensions may change it while the message is processed. */
export interface BayeuxReply {
  channel: string;
  id?: MessageId;
  successful: boolean;
  clientId?: string;
  version?: string;
  supportedConnectionTypes?: readonly string[];
  subscription?: unknown;
  error?: string;
  advice?: Advice;
  ext?: Record<string, unknown>;
  timestamp?: string;
}

/** A message as a client sent it: parsed JSON whose fields are unknown until checked. */
export interface BayeuxMessage {
  readonly [field: string]: unknown;
  channel?: unknown;
  id?: unknown;
  clientId?: unknown;
  data?: unknown;
  ext?: unknown;
  advice?: unknown;
  connectionType?: unknown;
  subscription?: unknown;
  version?: unknown;
  supportedConnectionTypes?: unknown;
  /** The answer under construction; present while extensions and listeners look at the message. */
  reply?: BayeuxReply;
}

/** An event on its way to a client. Nothing of the publisher's envelope is in it but `data`. */
export interface EventMessage {
  channel: string;
  data?: unknown;
  id?: MessageId;
  ext?: Record<string, unknown>;
  timestamp?: string;
  [field: string]: unknown;
}

/** A JSON object that is neither an array nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an own property, so that names like `__proto__` reach nothing inherited. */
export function ownField(record: unknown, name: string): unknown {
  return isRecord(record) && Object.hasOwn(record, name) ? record[name] : undefined;
}

const idPattern = /^[A-Za-z0-9_.:-]{1,128}$/;

/** Whether a message id may be echoed: a finite number or a short alphanumeric string. */
export function isMessageId(value: unknown): value is MessageId {
  return typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' && idPattern.test(value);
}

const clientIdPattern = /^[A-Za-z0-9]{1,128}$/;

/** Whether a text can be a clientId at all; anything else is not worth a look-up. */
export function isClientId(value: unknown): value is string {
  return typeof value === 'string' && clientIdPattern.test(value);
}
