import type { KvPair, TlibRequest, TlibRequestName, TreatmentType, WorkMode } from '@handover/shared/genesys';

export type Attribute = Exclude<keyof TlibRequest, 'messageName' | 'referenceID'>;

/** The attributes that each request must carry. All others are optional, and checked when present. */
export const requiredAttributes: Readonly<Record<TlibRequestName, readonly Attribute[]>> = {
  RequestRegisterClient: ['applicationName'],
  RequestQueryServer: [],
  RequestRegisterAddress: ['thisDN'],
  RequestUnregisterAddress: ['thisDN'],
  RequestQueryAddress: ['thisDN'],
  RequestQueryCall: ['connID'],
  RequestAgentLogin: ['thisDN', 'agentID'],
  RequestAgentLogout: ['thisDN'],
  RequestAgentReady: ['thisDN'],
  RequestAgentNotReady: ['thisDN'],
  RequestSetDNDOn: ['thisDN'],
  RequestSetDNDOff: ['thisDN'],
  RequestCallForwardSet: ['thisDN', 'otherDN'],
  RequestCallForwardCancel: ['thisDN'],
  RequestMakeCall: ['thisDN', 'otherDN'],
  RequestAnswerCall: ['thisDN', 'connID'],
  RequestReleaseCall: ['thisDN', 'connID'],
  RequestClearCall: ['thisDN', 'connID'],
  RequestHoldCall: ['thisDN', 'connID'],
  RequestRetrieveCall: ['thisDN', 'connID'],
  RequestRedirectCall: ['thisDN', 'connID', 'otherDN'],
  RequestInitiateTransfer: ['thisDN', 'connID', 'otherDN'],
  RequestCompleteTransfer: ['thisDN', 'connID'],
  RequestMuteTransfer: ['thisDN', 'connID', 'otherDN'],
  RequestSingleStepTransfer: ['thisDN', 'connID', 'otherDN'],
  RequestInitiateConference: ['thisDN', 'connID', 'otherDN'],
  RequestCompleteConference: ['thisDN', 'connID'],
  RequestSingleStepConference: ['thisDN', 'connID', 'otherDN'],
  RequestDeleteFromConference: ['thisDN', 'connID', 'targetDN'],
  RequestAlternateCall: ['thisDN', 'connID'],
  RequestReconnectCall: ['thisDN', 'connID'],
  RequestMergeCalls: ['thisDN', 'connID', 'otherConnID'],
  RequestAttachUserData: ['thisDN', 'connID', 'userData'],
  RequestUpdateUserData: ['thisDN', 'connID', 'userData'],
  RequestDeletePair: ['thisDN', 'connID', 'key'],
  RequestDeleteUserData: ['thisDN', 'connID'],
  RequestSendDtmf: ['thisDN', 'connID', 'dtmfDigits'],
  RequestDistributeUserEvent: ['thisDN'],
  RequestRouteCall: ['thisDN', 'connID', 'otherDN'],
  RequestApplyTreatment: ['thisDN', 'connID', 'treatmentType'],
  // Either the DN to watch, or the monitored call whose manner changes.
  RequestStartCallMonitoring: ['thisDN'],
  RequestStopCallMonitoring: ['thisDN', 'targetDN'],
  RequestStartRecording: ['thisDN', 'connID'],
  RequestStopRecording: ['thisDN', 'connID'],
  RequestPauseRecording: ['thisDN', 'connID'],
  RequestResumeRecording: ['thisDN', 'connID'],
};

const workModes: readonly string[] = [
  'Unknown',
  'ManualIn',
  'AutoIn',
  'AfterCallWork',
  'AuxWork',
  'LegalGuard',
  'NoCallDisconnect',
  'WalkAway',
] satisfies WorkMode[];
const treatments: readonly string[] = ['Music', 'RingBack', 'Silence', 'Announcement', 'Busy'] satisfies TreatmentType[];

const text = (value: unknown): boolean => typeof value === 'string' && value.length > 0 && value.length <= 255;
const anyText = (value: unknown): boolean => typeof value === 'string' && value.length <= 255;
const connId = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-fA-F]{16}$/.test(value);
const pairs = (value: unknown): boolean => isKvList(value, 0);

/** What each attribute must look like. */
const shapes: Readonly<Record<Attribute, (value: unknown) => boolean>> = {
  applicationName: text,
  applicationPassword: anyText,
  thisDN: text,
  agentID: text,
  thisQueue: anyText,
  agentWorkMode: value => typeof value === 'string' && workModes.includes(value),
  registerMode: value => value === 'ModeShare' || value === 'ModeMonitor',
  connID: connId,
  otherConnID: connId,
  otherDN: text,
  targetDN: text,
  location: anyText,
  key: text,
  dtmfDigits: value => typeof value === 'string' && /^[0-9A-D*#]{1,64}$/.test(value),
  treatmentType: value => typeof value === 'string' && treatments.includes(value),
  callUuid: anyText,
  userData: pairs,
  reasons: pairs,
  extensions: pairs,
};

const maxDepth = 5;
const maxPairs = 1_000;
const maxValueLength = 16_384;

/** Whether it is a key-value list of at most five levels. */
export function isKvList(value: unknown, depth: number): boolean {
  if (!Array.isArray(value) || value.length > maxPairs || depth > maxDepth) return false;
  return value.every(pair => isPair(pair, depth));
}

function isPair(pair: unknown, depth: number): boolean {
  if (typeof pair !== 'object' || pair === null) return false;
  const { key, type, value } = pair as Partial<Record<keyof KvPair, unknown>>;
  if (!text(key)) return false;
  if (type === 'str') return typeof value === 'string' && value.length <= maxValueLength;
  if (type === 'int') return Number.isSafeInteger(value);
  return type === 'kvlist' && isKvList(value, depth + 1);
}

export type Checked =
  | { ok: true; request: TlibRequest }
  /** `attribute`: the one at fault. `referenceID`: when there is a usable one to answer with. */
  | { ok: false; attribute: string; referenceID?: number; unsupported: boolean };

const isRequestName = (name: unknown): name is TlibRequestName => typeof name === 'string' && Object.hasOwn(requiredAttributes, name);

/** Makes a request of what came over the wire, or names the attribute at fault. Attributes nobody knows are left out. */
export function checkRequest(message: Readonly<Record<string, unknown>>): Checked {
  const { messageName, referenceID } = message;
  if (!Number.isSafeInteger(referenceID)) return { ok: false, attribute: 'referenceID', unsupported: false };
  const known = { referenceID: referenceID as number };
  if (!isRequestName(messageName)) return { ok: false, attribute: 'messageName', unsupported: true, ...known };
  const request: TlibRequest = { messageName, ...known };
  for (const attribute of requiredAttributes[messageName])
    if (message[attribute] === undefined) return { ok: false, attribute, unsupported: false, ...known };
  for (const attribute of Object.keys(shapes) as Attribute[]) {
    const value = message[attribute];
    if (value === undefined) continue;
    if (!shapes[attribute](value)) return { ok: false, attribute, unsupported: false, ...known };
    Object.assign(request, { [attribute]: value });
  }
  return { ok: true, request };
}
