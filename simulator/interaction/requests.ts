import type { IxnRequest } from '@handover/shared/genesys';

type Name = IxnRequest['messageName'];
type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const text: Check = value => typeof value === 'string' && value.length > 0 && value.length <= 255;
const anyText: Check = value => typeof value === 'string' && value.length <= 255;
const messageID: Check = value => typeof value === 'string' && value.length > 0 && value.length <= 64;
const words: Check = value => typeof value === 'string' && value.length <= 8_192;
const whole: Check = value => Number.isSafeInteger(value) && (value as number) >= 0;
const flag: Check = value => typeof value === 'boolean';
const oneOf =
  (...known: string[]): Check =>
  value =>
    typeof value === 'string' && known.includes(value);
const listOf =
  (check: Check, max: number): Check =>
  value =>
    Array.isArray(value) && value.length <= max && value.every(check);
const may =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
const record =
  (shape: Shape): Check =>
  value =>
    typeof value === 'object' && value !== null && faultOf(value as Readonly<Record<string, unknown>>, shape) === undefined;

const maxDepth = 5;
const maxValueLength = 256 * 1024; // an e-mail's text is a value
const pairs: Check = value => isKvList(value, 0);

function isKvList(value: unknown, depth: number): boolean {
  if (!Array.isArray(value) || value.length > 1_000 || depth > maxDepth) return false;
  return value.every((pair: unknown) => {
    if (typeof pair !== 'object' || pair === null) return false;
    const { key, type, value: inner } = pair as { key?: unknown; type?: unknown; value?: unknown };
    if (!text(key)) return false;
    if (type === 'str') return typeof inner === 'string' && inner.length <= maxValueLength;
    return type === 'int' ? Number.isSafeInteger(inner) : type === 'kvlist' && isKvList(inner, depth + 1);
  });
}

const mediaType = oneOf('chat', 'email', 'workitem', 'outboundpreview');
const mediaState = oneOf('Ready', 'NotReady');
const visibility = oneOf('All', 'Agent', 'Supervisor');
const agent: Shape = { agentID: text, placeName: anyText, reason: may(anyText) };
const about: Shape = { ...agent, interactionID: text };
const ticket: Shape = { ...about, ticketID: whole };
const change: Shape = { added: may(pairs), changed: may(pairs), deletedKeys: may(listOf(text, 1_000)) };
const workbin: Shape = { workbinType: text, ownerID: text };
const mode = oneOf('Monitor', 'Coach', 'Bargein');
const target: Shape = { ...about, targetAgentID: may(text), targetQueue: may(text), consult: may(flag) };
const submission = record({
  mediaType,
  interactionType: oneOf('Inbound', 'Outbound', 'Internal'),
  interactionSubtype: anyText,
  queue: text,
  subject: may(words),
  contactID: may(anyText),
  parentInteractionID: may(anyText),
  isOnline: may(flag),
  userData: pairs,
  customer: may(record({ nickname: text, text: may(words) })),
});

/** What each request must look like. */
const shapes: Readonly<Record<Name, Shape>> = {
  RequestRegisterClient: { applicationName: text },
  RequestAgentLogin: { ...agent, mediaList: listOf(record({ mediaType, state: mediaState }), 20) },
  RequestAgentLogout: agent,
  RequestAddMedia: { ...agent, mediaType, state: may(mediaState) },
  RequestRemoveMedia: { ...agent, mediaType },
  RequestNotReadyForMedia: { ...agent, mediaType },
  RequestCancelNotReadyForMedia: { ...agent, mediaType },
  RequestDoNotDisturbOn: agent,
  RequestDoNotDisturbOff: agent,
  RequestQueryAgent: agent,
  RequestAccept: ticket,
  RequestReject: ticket,
  RequestStopProcessing: about,
  RequestChangeProperties: { ...about, ...change },
  RequestPlaceInQueue: { ...about, ...change, queue: text },
  RequestPlaceInWorkbin: { ...about, ...workbin },
  RequestTransfer: target,
  RequestConference: target,
  RequestCancelConsult: about,
  RequestRemoveParty: { ...about, targetAgentID: text },
  RequestLeaveInteraction: about,
  RequestStartMonitoring: { ...agent, targetAgentID: text, mediaType, mode, next: oneOf('NextInteraction', 'AllInteractions') },
  RequestStopMonitoring: { ...agent, targetAgentID: text, mediaType },
  RequestIntrude: { ...about, mode },
  RequestPull: {
    ...agent,
    interactionID: may(text),
    workbinType: may(text),
    ownerID: may(text),
    queue: may(text),
    count: may(whole),
  },
  RequestSubmit: { interaction: submission },
  RequestGetWorkbinContent: workbin,
  RequestWorkbinNotifications: { ...workbin, notifyPropertyChanges: may(flag) },
  RequestCancelWorkbinNotifications: workbin,
  RequestTakeSnapshot: { condition: words, order: may(anyText) },
  RequestGetSnapshotInteractions: { snapshotID: whole, startIndex: whole, size: whole },
  RequestReleaseSnapshot: { snapshotID: whole },
  RequestGetInteractionProperties: { interactionID: text },
  RequestChatJoin: { ...about, nickname: text, userType: oneOf('Agent', 'Supervisor'), visibility, fromIndex: whole },
  RequestChatMessage: {
    ...about,
    text: words,
    visibility,
    messageType: may(anyText),
    treatAs: may(oneOf('Normal', 'System')),
  },
  RequestChatNotice: {
    ...about,
    notice: oneOf('TypingStarted', 'TypingStopped', 'PushUrl', 'Custom', 'SystemCommand', 'NicknameUpdated'),
    text: may(words),
    visibility,
    userData: may(pairs),
  },
  RequestChatLeave: { ...about, afterAction: oneOf('KeepAlive', 'CloseIfNoAgents', 'ForceClose'), text: may(words) },
  RequestChatTranscript: { interactionID: text, fromIndex: whole },
  RequestChatCustomer: {
    interactionID: text,
    action: oneOf('Say', 'TypingStarted', 'TypingStopped', 'Leave'),
    text: may(words),
    messageID: may(messageID),
  },
};

function faultOf(value: Readonly<Record<string, unknown>>, shape: Shape): string | undefined {
  return Object.entries(shape).find(([name, check]) => !check(value[name]))?.[0];
}

export type Checked =
  | { ok: true; request: IxnRequest }
  /** `attribute`: the one at fault. `referenceID`: when there is a usable one to answer with. */
  | { ok: false; attribute: string; referenceID?: number };

const isName = (name: unknown): name is Name => typeof name === 'string' && Object.hasOwn(shapes, name);

/** Makes a request of what came over the wire, or names the attribute at fault. */
export function checkRequest(given: Readonly<Record<string, unknown>>): Checked {
  const { messageName, referenceID } = given;
  if (!Number.isSafeInteger(referenceID)) return { ok: false, attribute: 'referenceID' };
  const known = { referenceID: referenceID as number };
  if (!isName(messageName)) return { ok: false, attribute: 'messageName', ...known };
  const attribute = faultOf(given, { extensions: may(pairs), ...shapes[messageName] });
  return attribute === undefined ? { ok: true, request: given as unknown as IxnRequest } : { ok: false, attribute, ...known };
}
