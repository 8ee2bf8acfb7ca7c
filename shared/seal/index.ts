/** Sealing by AES-256-GCM with named keys: what is sealed can be neither read nor changed, and opens only with the same associated text. */

/** Keys by id, base64 of 32 bytes; the active one seals, all open. */
export interface SealKeys {
  readonly active: string;
  readonly keys: Readonly<Record<string, string>>;
}

export interface Sealer {
  /** `v1.<kid>.<base64url of nonce, ciphertext, tag>`. */
  seal(plain: string, associated: string): Promise<string>;
  /** Undefined when it is not ours, was changed, was sealed for another associated text, or its key is gone. Never throws. */
  open(sealed: string, associated: string): Promise<string | undefined>;
}

const nonceBytes = 12;
const maxSealed = 65_536;
const shape = /^v1\.([A-Za-z0-9]{1,16})\.([A-Za-z0-9_-]{38,})$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

type AesKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

export function createSealer(ring: SealKeys): Sealer {
  const imported = new Map<string, Promise<AesKey>>();
  const keyOf = (kid: string): Promise<AesKey> | undefined => {
    const text = Object.hasOwn(ring.keys, kid) ? ring.keys[kid] : undefined;
    if (text === undefined) return undefined;
    let key = imported.get(kid);
    if (key === undefined) {
      key = crypto.subtle.importKey('raw', fromBase64(text), 'AES-GCM', false, ['encrypt', 'decrypt']);
      imported.set(kid, key);
    }
    return key;
  };
  return {
    async seal(plain, associated) {
      const key = await keyOf(ring.active);
      if (key === undefined) throw new Error('the active key is missing');
      const iv = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const cipher = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData: encoder.encode(associated) },
        key,
        encoder.encode(plain),
      );
      const joined = new Uint8Array(nonceBytes + cipher.byteLength);
      joined.set(iv);
      joined.set(new Uint8Array(cipher), nonceBytes);
      return `v1.${ring.active}.${toBase64Url(joined)}`;
    },
    async open(sealed, associated) {
      const [, kid = '', text = ''] = sealed.length > maxSealed ? [] : (shape.exec(sealed) ?? []);
      const key = keyOf(kid);
      if (key === undefined) return undefined;
      try {
        const joined = fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
        const iv = joined.subarray(0, nonceBytes);
        const additionalData = encoder.encode(associated);
        return decoder.decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, await key, joined.subarray(nonceBytes)));
      } catch {
        // Changed, or sealed for something else: whoever asks need not know which.
        return undefined;
      }
    },
  };
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), char => char.charCodeAt(0));

const toBase64Url = (bytes: Uint8Array): string => {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};
