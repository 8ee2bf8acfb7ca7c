import { z } from 'zod';

const keyBytes = 32;
const decode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), char => char.charCodeAt(0));

/** Two keys at most: the active one signs, the other one is still believed while a rotation lasts. */
export const keyringSchema = z
  .object({
    active: z.string().regex(/^[a-z0-9]{1,16}$/, 'must be 1-16 lower-case letters or digits'),
    keys: z.record(z.string().regex(/^[a-z0-9]{1,16}$/), z.base64()),
  })
  .superRefine((ring, context) => {
    const names = Object.keys(ring.keys);
    if (!names.includes(ring.active)) context.addIssue({ code: 'custom', path: ['active'], message: 'names no key' });
    if (names.length > 2) context.addIssue({ code: 'custom', path: ['keys'], message: 'at most two keys' });
    for (const [name, text] of Object.entries(ring.keys)) {
      if (decode(text).length < keyBytes)
        context.addIssue({ code: 'custom', path: ['keys', name], message: `must be at least ${keyBytes} bytes` });
    }
  });

/** JSON form of a keyring: `{"active":"k1","keys":{"k1":"<base64 of 32 bytes>"}}`. */
export type KeyringWire = z.infer<typeof keyringSchema>;

/** Signs and checks texts with HMAC-SHA-256. Comparison takes the same time whatever differs. */
export interface Signer {
  readonly active: string;
  sign(text: string): Promise<string>;
  /** False for an unknown key too. */
  check(kid: string, text: string, mac: string): Promise<boolean>;
}

type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const encoder = new TextEncoder();
const macShape = /^[A-Za-z0-9_-]{43}$/;

/** Makes the signer of a keyring; keys are imported once, at first use. */
export function createSigner(ring: KeyringWire): Signer {
  const imported = new Map<string, Promise<HmacKey>>();
  const keyOf = (kid: string): Promise<HmacKey> | undefined => {
    const text = Object.hasOwn(ring.keys, kid) ? ring.keys[kid] : undefined;
    if (text === undefined) return undefined;
    const known = imported.get(kid);
    if (known !== undefined) return known;
    const made = crypto.subtle.importKey('raw', decode(text), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
    imported.set(kid, made);
    return made;
  };
  return {
    active: ring.active,
    async sign(text) {
      const key = await keyOf(ring.active);
      if (key === undefined) throw new Error('the active key is missing');
      return toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text))));
    },
    async check(kid, text, mac) {
      const key = await keyOf(kid);
      if (key === undefined || !macShape.test(mac)) return false;
      return crypto.subtle.verify('HMAC', key, decode(mac.replaceAll('-', '+').replaceAll('_', '/')), encoder.encode(text));
    },
  };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Unpadded. By hand, because every request signs once and the detour over `btoa` and three replacements costs more than the signature. */
function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += alphabet[(held >> bits) & 63];
    }
  }
  return bits === 0 ? text : text + alphabet[(held << (6 - bits)) & 63];
}
