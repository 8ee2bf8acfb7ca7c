import type { KvList } from '@handover/shared/genesys';
import type { TrunkMessage } from '../kernel/index.ts';
import { isKvList } from './requests.ts';

/** What SIP Servers of several sites say to each other, over connections that begin with a greeting. Nobody else sees it. */
export type TrunkWire =
  /** Who connects, with the legs it has to the other; the answer says the same, and where agents are logged in. */
  | { messageName: 'TrunkHello'; switchName: string; ids: string[] }
  | { messageName: 'TrunkWelcome'; ids: string[]; numbers: string[] }
  | { messageName: 'TrunkAgents'; number: string; loggedIn: boolean }
  | { messageName: 'Trunk'; message: TrunkMessage };

export const trunkHello = 'TrunkHello';

const maxListed = 100_000;
const text = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 255;
const texts = (value: unknown): value is string[] => Array.isArray(value) && value.length <= maxListed && value.every(text);

/** The message as one of these; undefined when it is none. */
export function trunkWireFrom(message: Readonly<Record<string, unknown>>): TrunkWire | undefined {
  const { messageName, switchName, ids, numbers, number, loggedIn } = message;
  switch (messageName) {
    case 'TrunkHello':
      return text(switchName) && texts(ids) ? { messageName, switchName, ids } : undefined;
    case 'TrunkWelcome':
      return texts(ids) && texts(numbers) ? { messageName, ids, numbers } : undefined;
    case 'TrunkAgents':
      return text(number) && typeof loggedIn === 'boolean' ? { messageName, number, loggedIn } : undefined;
    case 'Trunk': {
      const inner = innerFrom(message['message']);
      return inner === undefined ? undefined : { messageName, message: inner };
    }
    default:
      return undefined;
  }
}

function innerFrom(value: unknown): TrunkMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { what, id, from, to, callType, userData } = value as Partial<Record<string, unknown>>;
  if (!text(id)) return undefined;
  switch (what) {
    case 'call':
      if (!text(from) || !text(to) || !isKvList(userData, 0)) return undefined;
      return { what, id, from, to, callType: callType === 'Inbound' ? 'Inbound' : 'Internal', userData: userData as KvList };
    case 'data':
      return isKvList(userData, 0) ? { what, id, userData: userData as KvList } : undefined;
    case 'answered':
    case 'released':
      return { what, id };
    default:
      return undefined;
  }
}
