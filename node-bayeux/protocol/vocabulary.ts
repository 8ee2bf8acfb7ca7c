/** Whose error texts to speak: clients in the field match the text as well as the code. */
export type Vocabulary = 'cometd' | 'faye' | 'salesforce';

/** Why a message is refused, whatever the words. */
export type MessageRefusal =
  | 'channel_missing'
  | 'channel_invalid'
  | 'channel_unknown'
  | 'message_id_invalid'
  | 'session_unknown'
  | 'browser_cookie_missing'
  | 'parameter_missing'
  | 'version_unsupported'
  | 'connection_types_unsupported'
  | 'connection_type_invalid'
  | 'subscription_missing'
  | 'subscription_invalid'
  | 'subscribe_denied'
  | 'create_denied'
  | 'publish_denied'
  | 'handshake_denied'
  | 'handshake_failed'
  | 'message_deleted'
  | 'too_many_subscriptions'
  | 'too_many_channels'
  | 'too_many_sessions'
  | 'too_many_requests'
  | 'draining'
  | 'replay_invalid'
  | 'failed';

type Words = readonly [code: number, text: string];

/**
 * One row per refusal: CometD's words, Faye's, Salesforce's. `$` in a text stands for the argument, which CometD carries
 * between the colons and the others partly in the text.
 */
const table: Readonly<Record<MessageRefusal, readonly [cometd: Words, faye: Words, salesforce: Words]>> = {
  channel_missing: [
    [400, 'channel_missing'],
    [405, 'Invalid channel'],
    [400, 'Channel missing'],
  ],
  channel_invalid: [
    [405, 'channel_invalid'],
    [405, 'Invalid channel'],
    [400, 'Invalid channel'],
  ],
  channel_unknown: [
    [404, 'channel_unknown'],
    [403, 'Forbidden channel'],
    [400, 'Unknown meta channel'],
  ],
  message_id_invalid: [
    [405, 'message_id_invalid'],
    [402, 'Invalid message id'],
    [400, 'Invalid message id'],
  ],
  session_unknown: [
    [402, 'session_unknown'],
    [401, 'Unknown client'],
    [403, 'Unknown client'],
  ],
  browser_cookie_missing: [
    [402, 'browser_cookie_missing'],
    [401, 'Browser cookie missing'],
    [400, 'No cookie present'],
  ],
  parameter_missing: [
    [403, 'parameter_missing'],
    [402, 'Missing required parameter'],
    [400, 'Missing required parameter: $'],
  ],
  version_unsupported: [
    [403, 'version_unsupported'],
    [300, 'Version mismatch'],
    [400, 'Unsupported version'],
  ],
  connection_types_unsupported: [
    [403, 'connection_types_unsupported'],
    [301, 'Connection types not supported'],
    [400, 'Invalid connection type'],
  ],
  connection_type_invalid: [
    [403, 'connection_type_invalid'],
    [301, 'Connection types not supported'],
    [400, 'Invalid connection type'],
  ],
  subscription_missing: [
    [403, 'subscription_missing'],
    [402, 'Missing required parameter'],
    [400, 'Subscription missing'],
  ],
  subscription_invalid: [
    [403, 'subscription_invalid'],
    [403, 'Forbidden channel'],
    [400, 'Invalid subscription: $'],
  ],
  subscribe_denied: [
    [403, 'subscribe_denied'],
    [403, 'Forbidden channel'],
    [403, 'Subscription denied: $'],
  ],
  create_denied: [
    [403, 'create_denied'],
    [403, 'Forbidden channel'],
    [403, 'Channel cannot be created: $'],
  ],
  publish_denied: [
    [403, 'publish_denied'],
    [407, 'Failed to publish'],
    [403, 'Publish denied: $'],
  ],
  handshake_denied: [
    [403, 'handshake_denied'],
    [403, 'Handshake denied'],
    [403, 'Handshake denied'],
  ],
  handshake_failed: [
    [403, 'handshake_failed'],
    [500, 'Handshake failed'],
    [500, 'Handshake failed'],
  ],
  message_deleted: [
    [404, 'message_deleted'],
    [403, 'Message deleted'],
    [400, 'Message deleted'],
  ],
  too_many_subscriptions: [
    [403, 'too_many_subscriptions'],
    [403, 'Too many subscriptions'],
    [403, 'Too many subscriptions'],
  ],
  too_many_channels: [
    [403, 'too_many_channels'],
    [403, 'Too many channels'],
    [403, 'Too many channels'],
  ],
  too_many_sessions: [
    [403, 'too_many_sessions'],
    [403, 'Too many sessions'],
    [403, 'Too many sessions'],
  ],
  too_many_requests: [
    [429, 'too_many_requests'],
    [429, 'Too many requests'],
    [429, 'Too many requests'],
  ],
  draining: [
    [503, 'draining'],
    [503, 'Server is draining'],
    [503, 'Server is draining'],
  ],
  replay_invalid: [
    [400, '$'],
    [400, '$'],
    [400, '$'],
  ],
  failed: [
    [500, 'failed'],
    [500, 'Internal error'],
    [500, 'Internal error'],
  ],
};

/** The `error` field for a refusal: `ddd:args:text`, with the argument free of colons and line breaks. */
export function errorText(vocabulary: Vocabulary, refusal: MessageRefusal, argument = ''): string {
  const row = table[refusal];
  const [code, text] = vocabulary === 'cometd' ? row[0] : vocabulary === 'faye' ? row[1] : row[2];
  if (text.includes('$')) return `${code}::${text.replace('$', () => argument.slice(0, 400))}`;
  return `${code}:${vocabulary === 'salesforce' ? '' : argumentField(argument)}:${text}`;
}

function argumentField(argument: string): string {
  return argument
    .slice(0, 200)
    .replace(/[:\u0000-\u001f]/g, ' ')
    .trim();
}
