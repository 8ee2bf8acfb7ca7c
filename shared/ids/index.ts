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

/** A UUID of version 7: sorts by creation time. */
export function uuidv7(nowMs: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(nowMs / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const text = hex(bytes);
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

/** A T-Library ConnID: 16 hex digits, upper case. */
export const newConnId = (): string => randomHex(8).toUpperCase();

const requestIdShape = /^[A-Za-z0-9._-]{8,64}$/;

/** Keeps a caller's request id when its length and characters are harmless, else makes a new one. */
export const requestIdFrom = (inbound: string | null | undefined): string =>
  inbound != null && requestIdShape.test(inbound) ? inbound : uuidv7();
