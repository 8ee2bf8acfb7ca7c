/** Codes of EventError with their texts. */
export const refusals = {
  'backup-server': 'this server is the backup',
  'chat-closed': 'the chat session is closed',
  'invalid-attribute': 'an attribute is missing or not valid',
  'invalid-condition': 'the condition cannot be read',
  'invalid-ticket': 'the ticket is not that of the invitation',
  'no-medium': 'the agent is not logged in for this medium',
  'no-such-chat': 'the interaction has no chat session',
  'not-available': 'the interaction is in other hands',
  'not-consulting': 'the agent consults nobody',
  'not-in-chat': 'the agent has not joined the chat',
  'not-logged-in': 'the agent is not logged in',
  'not-monitored': 'the agent does not monitor that',
  'not-registered': 'the client is not registered',
  'not-yours': 'the agent does not handle the interaction',
  'rejected-by-target': 'the target did not take the interaction',
  'target-not-available': 'the target cannot be offered the interaction',
  'too-many': 'a limit is reached',
  'unknown-interaction': 'there is no such interaction',
  'unknown-queue': 'there is no such queue',
  'unknown-snapshot': 'there is no such snapshot',
  'unknown-workbin': 'there is no such workbin',
  unsupported: 'the request is not supported',
  'wrong-state': 'the request does not fit the state of the interaction',
} as const;
export type RefusalCode = keyof typeof refusals;

/** What a handler answers: why not, or nothing when it is done and answered. */
export type Refused = RefusalCode | undefined;
