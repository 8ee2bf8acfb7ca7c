import type { StatNotification, StatObjectType, StatRequest } from '@handover/shared/genesys';
import { objectTypes } from './definition.ts';
import type { StatObject } from './stat-model.ts';

/** A request from outside whose attributes are of the right form; a definition is checked where it is used. */
export type CheckedRequest =
  | { messageName: 'RequestRegisterClient'; referenceID: number; applicationName: string }
  | {
      messageName: 'RequestOpenStatistic' | 'RequestGetStatistic';
      referenceID: number;
      object: StatObject;
      statType: string | undefined;
      definition: unknown;
      notification: StatNotification;
    }
  | { messageName: 'RequestPeekStatistic' | 'RequestCloseStatistic'; referenceID: number; statisticID: number };

type Outcome = { ok: true; request: CheckedRequest } | { ok: false; referenceID: number; attribute: string };
type Raw = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 255;
const isAmount = (value: unknown, max: number): value is number => typeof value === 'number' && value >= 0 && value <= max;

export function checkStatRequest(raw: Raw): Outcome {
  const referenceID = typeof raw['referenceID'] === 'number' ? raw['referenceID'] : 0;
  const fault = (attribute: string): Outcome => ({ ok: false, referenceID, attribute });
  const messageName = raw['messageName'] as StatRequest['messageName'];
  switch (messageName) {
    case 'RequestRegisterClient':
      if (!isText(raw['applicationName'])) return fault('applicationName');
      return { ok: true, request: { messageName, referenceID, applicationName: raw['applicationName'] } };
    case 'RequestPeekStatistic':
    case 'RequestCloseStatistic':
      if (typeof raw['statisticID'] !== 'number') return fault('statisticID');
      return { ok: true, request: { messageName, referenceID, statisticID: raw['statisticID'] } };
    case 'RequestOpenStatistic':
    case 'RequestGetStatistic': {
      const object = objectFrom(raw['object']);
      if (typeof object === 'string') return fault(object);
      const { statType, definition } = raw;
      if (statType !== undefined && !isText(statType)) return fault('statType');
      const notification =
        messageName === 'RequestGetStatistic' ? ({ mode: 'NoNotification' } as const) : notificationFrom(raw['notification']);
      if (notification === undefined) return fault('notification');
      return { ok: true, request: { messageName, referenceID, object, statType, definition, notification } };
    }
    default:
      return fault('messageName');
  }
}

function objectFrom(value: unknown): StatObject | string {
  if (typeof value !== 'object' || value === null) return 'object';
  const { objectId, objectType, tenantName } = value as Raw;
  const type = objectTypes.find((one): one is StatObjectType => one === objectType);
  if (!isText(objectId)) return 'object.objectId';
  if (type === undefined) return 'object.objectType';
  return isText(tenantName) ? { objectId, objectType: type, tenantName } : 'object.tenantName';
}

function notificationFrom(value: unknown): StatNotification | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { mode, frequencyS, insensitivity } = value as Raw;
  if (insensitivity !== undefined && !isAmount(insensitivity, 1_000_000)) return undefined;
  const least = insensitivity === undefined ? {} : { insensitivity };
  switch (mode) {
    case 'Immediate':
      return { mode, ...least };
    case 'Periodical':
      return isAmount(frequencyS, 86_400) && frequencyS >= 1 ? { mode, frequencyS, ...least } : undefined;
    case 'Reset':
    case 'NoNotification':
      return { mode };
    default:
      return undefined;
  }
}
