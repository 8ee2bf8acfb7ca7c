import { isAscii } from './codec.ts';
import type { EventMessage } from './message.ts';

/** An event serialised once, whatever the number of sessions that get it. */
export class OutgoingEvent {
  readonly channel: string;
  readonly json: string;
  readonly ascii: boolean;
  readonly bytes: number;
  /** The whole WebSocket frame of this event alone; made by the first connection that needs it. */
  frame: Buffer | undefined = undefined;

  constructor(channel: string, json: string) {
    this.channel = channel;
    this.json = json;
    this.ascii = isAscii(json);
    this.bytes = this.ascii ? json.length : Buffer.byteLength(json);
  }
}

/** An event that carries only a channel and its data. `undefined` data is left out. */
export function eventFromData(channel: string, data: unknown): OutgoingEvent {
  const dataJson: string | undefined = JSON.stringify(data);
  const field = dataJson === undefined ? '' : `,"data":${dataJson}`;
  return new OutgoingEvent(channel, `{"channel":${JSON.stringify(channel)}${field}}`);
}

/** An event with further fields, set by the server's extensions. */
export function eventFromMessage(message: EventMessage): OutgoingEvent {
  return new OutgoingEvent(message.channel, JSON.stringify(message));
}
