import type { KeyringWire, Signer } from '@handover/shared/pin';
import type { Sealer, SealKeys } from '@handover/shared/seal';
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';

// The same texts as `shared/pin` and `shared/seal` make and read, with Node's own functions: Web Crypto sends each few bytes through the thread
// pool, which was a quarter of the work of a node that takes over a region.

// Key objects: bytes would be looked at and wrapped anew each time.
const keysOf = (keys: Readonly<Record<string, string>>): ReadonlyMap<string, KeyObject> =>
  new Map(Object.entries(keys).map(([kid, text]) => [kid, createSecretKey(Buffer.from(text, 'base64'))]));

/** Signs and checks with HMAC-SHA-256 like `createSigner`. */
export function createNodeSigner(ring: KeyringWire): Signer {
  const keys = keysOf(ring.keys);
  const macOf = (key: KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    active: ring.active,
    async sign(text) {
      const key = keys.get(ring.active);
      if (key === undefined) throw new Error('the active key is missing');
      return Promise.resolve(macOf(key, text).toString('base64url'));
    },
    async check(kid, text, mac) {
      const key = keys.get(kid);
      const given = Buffer.from(mac, 'base64url');
      const right = key !== undefined && /^[A-Za-z0-9_-]{43}$/.test(mac) && timingSafeEqual(given, macOf(key, text));
      return Promise.resolve(right);
    },
  };
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const maxSealed = 65_536;
const shape = /^v1\.([A-Za-z0-9]{1,16})\.([A-Za-z0-9_-]{38,})$/;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Seals and opens with AES-256-GCM like `createSealer`. */
export function createNodeSealer(ring: SealKeys): Sealer {
  const keys = keysOf(ring.keys);
  const open = (sealed: string, associated: string): string | undefined => {
    const [, kid = '', text = ''] = sealed.length > maxSealed ? [] : (shape.exec(sealed) ?? []);
    const key = keys.get(kid);
    if (key === undefined) return undefined;
    try {
      const joined = Buffer.from(text, 'base64url');
      const end = joined.length - tagBytes;
      const decipher = createDecipheriv(algorithm, key, joined.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(associated)).setAuthTag(joined.subarray(end));
      return decoder.decode(Buffer.concat([decipher.update(joined.subarray(nonceBytes, end)), decipher.final()]));
    } catch {
      // Changed, or sealed for something else: whoever asks need not know which.
      return undefined;
    }
  };
  return {
    async seal(plain, associated) {
      const key = keys.get(ring.active);
      if (key === undefined) throw new Error('the active key is missing');
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(associated));
      const joined = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return Promise.resolve(`v1.${ring.active}.${joined.toString('base64url')}`);
    },
    open: (sealed, associated) => Promise.resolve(open(sealed, associated)),
  };
}
