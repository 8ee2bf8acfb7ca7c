import type { OutgoingEvent } from '../../protocol/event.ts';

const finalText = 0x81;

/** One whole text frame, unmasked as servers send it. */
export function textFrame(text: string, ascii: boolean): Buffer {
  const length = ascii ? text.length : Buffer.byteLength(text);
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = finalText;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  if (ascii) frame.write(text, head, 'latin1');
  else frame.write(text, head, 'utf8');
  return frame;
}

/** The frame of an event alone: the same bytes for every connection that gets it. */
export function eventFrame(event: OutgoingEvent): Buffer {
  return (event.frame ??= textFrame(`[${event.json}]`, event.ascii));
}
