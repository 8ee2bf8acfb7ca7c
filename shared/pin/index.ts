import type { Result } from '../result/index.ts';
import type { Signer } from './keyring.ts';

export { createSigner, keyringSchema, type KeyringWire, type Signer } from './keyring.ts';

/** Where an agent's requests go: a preference, never a proof of anything. */
export interface Pin {
  readonly region: string;
  /** Epoch of the agent session; 0 before there is one. */
  readonly epoch: number;
  /** Seconds since 1970. */
  readonly expiry: number;
  /** Part after the slash of the node that answered last (`us-east/1` → `1`); empty when unknown. A hint. */
  readonly node: string;
}

export type PinFault = 'malformed' | 'forged' | 'expired';

const maxLength = 256;
const namePattern = '[a-z0-9][a-z0-9-]{0,31}';
const shape = new RegExp(
  `^v1\\.([a-z0-9]{1,16})\\.(${namePattern})\\.(\\d{1,16})\\.(\\d{1,12})\\.([a-z0-9-]{0,32})\\.([A-Za-z0-9_-]{43})$`,
);

/** Text of a pin: `v1.<kid>.<region>.<epoch>.<expiry>.<node hint>.<hmac>`. Safe in a cookie, a header and a query. */
export async function encodePin(signer: Signer, pin: Pin): Promise<string> {
  const text = `v1.${signer.active}.${pin.region}.${pin.epoch}.${pin.expiry}.${pin.node}`;
  return `${text}.${await signer.sign(`pin:${text}`)}`;
}

/** Reads a pin from hostile text. `nowMs` is wall clock; an expired pin is refused. */
export async function decodePin(signer: Signer, text: string, nowMs: number): Promise<Result<Pin, PinFault>> {
  if (text.length > maxLength) return { ok: false, reason: 'malformed' };
  const [, kid, region, epochText, expiryText, node, mac] = shape.exec(text) ?? [];
  if (kid === undefined || region === undefined || node === undefined || mac === undefined) return { ok: false, reason: 'malformed' };
  const epoch = Number(epochText);
  const expiry = Number(expiryText);
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(expiry)) return { ok: false, reason: 'malformed' };
  if (!(await signer.check(kid, `pin:${text.slice(0, text.length - mac.length - 1)}`, mac))) return { ok: false, reason: 'forged' };
  if (expiry * 1_000 <= nowMs) return { ok: false, reason: 'expired' };
  return { ok: true, value: { region, epoch, expiry, node } };
}
