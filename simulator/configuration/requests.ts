import type { CfgRequest } from '@handover/shared/genesys';
import { isObjectType } from './shapes.ts';

type Check = (value: unknown) => boolean;
const text: Check = value => typeof value === 'string' && value.length > 0 && value.length <= 255;
const password: Check = value => typeof value === 'string' && value.length <= 255;
const int: Check = value => Number.isSafeInteger(value) && (value as number) >= 0;
const object: Check = value => typeof value === 'object' && value !== null && !Array.isArray(value);
const optional =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
const subscriptions: Check = value =>
  Array.isArray(value) &&
  value.length <= 1_000 &&
  value.every(one => {
    if (!object(one)) return false;
    const { objectType, dbid } = one as { objectType?: unknown; dbid?: unknown };
    return (objectType === 'all' || isObjectType(objectType)) && optional(int)(dbid);
  });

/** Attributes of each request; the Configuration Server's whole table. */
const attributes: Readonly<Record<CfgRequest['messageName'], Readonly<Record<string, Check>>>> = {
  RequestRegisterClient: {
    applicationName: text,
    applicationPassword: optional(password),
    userName: optional(text),
    userPassword: optional(password),
  },
  RequestReadObjects: { objectType: isObjectType, filter: optional(object) },
  RequestAuthenticate: { tenantName: optional(text), userName: text, userPassword: password },
  RequestChangePassword: { userName: text, oldPassword: password, newPassword: text },
  RequestRegisterNotification: { subscriptions, fromSequence: optional(int) },
  RequestCreateObject: { object },
  RequestUpdateObject: { objectType: isObjectType, dbid: int, changes: object },
  RequestDeleteObject: { objectType: isObjectType, dbid: int },
};

/** The request, or the attribute at fault. */
export function checkCfgRequest(
  message: Readonly<Record<string, unknown>>,
): { ok: true; request: CfgRequest } | { ok: false; attribute: string; referenceID: number } {
  const { messageName, referenceID } = message;
  if (!Number.isSafeInteger(referenceID)) return { ok: false, attribute: 'referenceID', referenceID: 0 };
  const fault = (attribute: string) => ({ ok: false, attribute, referenceID: referenceID as number }) as const;
  if (typeof messageName !== 'string' || !Object.hasOwn(attributes, messageName)) return fault('messageName');
  const checks = attributes[messageName as CfgRequest['messageName']];
  for (const [name, check] of Object.entries(checks)) if (!check(message[name])) return fault(name);
  return { ok: true, request: message as unknown as CfgRequest };
}
