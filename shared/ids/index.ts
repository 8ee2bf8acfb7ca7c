/** Random and time-ordered identifiers, from the platform's cryptographic source on every runtime. */

// A table: every request of the edge makes an id, and formatting byte by byte was a tenth of its work.
const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexOfByte[byte];
  return text;
}

/** `bytes` random bytes as lower-case hex. */
export const randomHex = (bytes: number): string => hex(crypto.getRandomValues(new Uint8Array(bytes)));

/** Random bytes in store: one call to the source for many ids costs as little as one for a single id. */
const store = new Uint8Array(2_048);
let used = store.length;
const bytesOfId = 10;

/** A UUID of version 7: sorts by creation time. */
export function uuidv7(nowMs: number = Date.now()): string {
  if (used + bytesOfId > store.length) {
    crypto.getRandomValues(store);
    used = 0;
  }
  const time = nowMs.toString(16).padStart(12, '0');
  const at = used;
  used += bytesOfId;
  const byte = (index: number): number => store[at + index] ?? 0;
  const text = (index: number): string => hexOfByte[byte(index)] ?? '';
  const version = hexOfByte[0x70 | (byte(0) & 0x0f)] ?? '';
  const variant = hexOfByte[0x80 | (byte(2) & 0x3f)] ?? '';
  const tail = text(4) + text(5) + text(6) + text(7) + text(8) + text(9);
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${text(1)}-${variant}${text(3)}-${tail}`;
}

/** A T-Library ConnID: 16 hex digits, upper case. */
export const newConnId = (): string => randomHex(8).toUpperCase();

const requestIdShape = /^[A-Za-z0-9._-]{8,64}$/;

/** Keeps a caller's request id when its length and characters are harmless, else makes a new one. */
export const requestIdFrom = (inbound: string | null | undefined): string =>
  inbound != null && requestIdShape.test(inbound) ? inbound : uuidv7();
