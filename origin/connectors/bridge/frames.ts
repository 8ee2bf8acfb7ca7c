import { z } from 'zod';
import type { Endpoint, LinkProtocol, WireMessage } from '../link/index.ts';

/** The version of the protocol between us and a sidecar that this driver speaks. */
export const bridgeVersion = 1;

/** What we say. One frame is one JSON text. */
export type ToSidecar =
  { type: 'hello'; version: number; client: string; server: Endpoint & { protocol: LinkProtocol } } | { type: 'message'; message: object };

const welcome = z.object({
  type: z.literal('welcome'),
  version: z.literal(bridgeVersion),
  sidecar: z.string().max(255),
  /** Messages that we may have under way to the sidecar. */
  window: z.int().min(1).max(65_536),
});
const taken = z.object({ type: z.literal('taken'), count: z.int().min(1).max(65_536) });
const message = z.object({ type: z.literal('message'), message: z.looseObject({ messageName: z.string().min(1).max(128) }) });
const fromSidecar = z.discriminatedUnion('type', [welcome, taken, message]);
type FromSidecar = z.infer<typeof welcome> | z.infer<typeof taken> | { type: 'message'; message: WireMessage };

/** The frame, or undefined when it is none of the protocol. */
export function frameFrom(text: string): FromSidecar | undefined {
  try {
    const parsed = fromSidecar.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Why a sidecar closes a connection, by its code. */
const reasons: Readonly<Record<number, string>> = {
  1001: 'the sidecar stops',
  1009: 'a message is too large',
  1012: 'the sidecar restarts',
  4400: 'the sidecar did not understand a frame',
  4403: 'the sidecar does not serve this client',
  4404: 'the sidecar does not serve this server',
  4408: 'the server took no messages in time',
  4409: 'the sidecar speaks another version',
  4502: 'the server cannot be reached',
  4503: 'closed by the server',
};

export const closeReason = (code: number): string => reasons[code] ?? `closed by the sidecar with ${code}`;
