import type { CfgApplication, KvList, MediaType } from '@handover/shared/genesys';
import { kvFind, kvList } from '@handover/shared/genesys';

/** What the options of the Application object say. */
export interface Settings {
  /** How long an invited agent may take to accept. */
  deliveringMs: number;
  /** How long an agent may keep an interaction without doing anything with it. */
  handlingMs: number;
  /** How long an interaction waits for the agent who is asked for, or whose client vanished. */
  reserveMs: number;
  /** How long a server that has taken over waits for the clients of its predecessor. */
  clientReturnMs: number;
  /** Interactions that an agent may have at once. */
  capacity: Record<MediaType, number>;
  /** `route`: offered to agents; `hold`: only pulled from. */
  queues: Record<string, 'route' | 'hold'>;
  workbins: string[];
}

export const defaultSettings: Settings = {
  deliveringMs: 30_000,
  handlingMs: 180 * 60_000,
  reserveMs: 30_000,
  clientReturnMs: 5_000,
  capacity: { chat: 1, email: 1, workitem: 1, outboundpreview: 1 },
  queues: {},
  workbins: [],
};

/** What becomes of what lies in a queue; undefined when there is none of this name. */
export const queueOf = ({ queues }: Settings, name: string): 'route' | 'hold' | undefined =>
  Object.hasOwn(queues, name) ? queues[name] : undefined;

/** Options in seconds, capacity in interactions; what is missing or no number is as by default. */
export function settingsFrom(application: Pick<CfgApplication, 'options'>): Settings {
  const section = (name: string): KvList => kvList(application.options, name) ?? [];
  const settings = section('settings');
  const seconds = (key: string, fallbackMs: number): number => (number(settings, key, 86_400) ?? fallbackMs / 1_000) * 1_000;
  const capacity = { ...defaultSettings.capacity };
  for (const mediaType of Object.keys(capacity) as MediaType[])
    capacity[mediaType] = number(section('capacity'), mediaType, 100) ?? capacity[mediaType];
  return {
    deliveringMs: seconds('delivering-timeout', defaultSettings.deliveringMs),
    handlingMs: seconds('handling-timeout', defaultSettings.handlingMs),
    reserveMs: seconds('reservation-timeout', defaultSettings.reserveMs),
    clientReturnMs: seconds('client-return-timeout', defaultSettings.clientReturnMs),
    capacity,
    queues: Object.fromEntries(section('queues').map(pair => [pair.key, pair.value === 'hold' ? 'hold' : 'route'])),
    workbins: section('workbins').map(pair => pair.key),
  };
}

function number(list: KvList, key: string, max: number): number | undefined {
  const pair = kvFind(list, key);
  if (pair === undefined || pair.type === 'kvlist') return undefined;
  const value = Number(pair.value);
  return Number.isInteger(value) && value >= 0 && value <= max ? value : undefined;
}
