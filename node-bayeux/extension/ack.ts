import type { ServerExtension } from './extension.ts';

/**
 * Acknowledged delivery, for clients that ask for it with `ext.ack: true` in their handshake: an event is kept until the
 * client has confirmed the reply that carried it. The work is done in the session; adding this extension allows it.
 */
export class AckExtension implements ServerExtension {
  readonly name = 'ack';
}
