import type { Sealer } from '@handover/shared/seal';
import type { WebSession, WebSessionCodec } from '../contracts/workspace.ts';

const binding = 'web-session';
type Wire = [sid: string, tenant: string, person: string, issuedAtS: number, expiresAtS: number];

const isWire = (value: unknown): value is Wire =>
  Array.isArray(value) &&
  value.length === 5 &&
  value.slice(0, 3).every(part => typeof part === 'string') &&
  value.slice(3).every(Number.isSafeInteger);

/** The cookie that knows who it is: any node with the keyring reads it, without a store. At most 400 bytes for names of 64 characters. */
export function createWebSessionCodec(sealer: Sealer): WebSessionCodec {
  return {
    seal: ({ sid, tenant, person, issuedAtMs, expiresAtMs }) =>
      sealer.seal(
        JSON.stringify([sid, tenant, person, Math.floor(issuedAtMs / 1000), Math.floor(expiresAtMs / 1000)] satisfies Wire),
        binding,
      ),
    async open(text): Promise<WebSession | undefined> {
      const plain = await sealer.open(text, binding);
      if (plain === undefined) return undefined;
      const wire: unknown = JSON.parse(plain);
      if (!isWire(wire)) return undefined;
      const [sid, tenant, person, issuedAtS, expiresAtS] = wire;
      return { sid, tenant, person, issuedAtMs: issuedAtS * 1000, expiresAtMs: expiresAtS * 1000 };
    },
  };
}
