import {
  completeData,
  dialData,
  dropData,
  dtmfData,
  heldData,
  keyData,
  mergeData,
  noData,
  parentData,
  plainData,
  redirectData,
  singleStepData,
  userDataData,
} from '@handover/shared/api/workspace';
import type { CallStateWire } from '@handover/shared/api/workspace';
import { kvUpdate } from '@handover/shared/genesys';
import type { KvList, TlibRequestName } from '@handover/shared/genesys';
import { completeCall } from '../session/reduce.ts';
import type { Step } from '../session/reduce.ts';
import { dialAttributes } from './agent-rows.ts';
import { attributes, callOperation, command } from './row.ts';
import type { CallStanding, Deed, Operation } from './row.ts';

const path = (verb: string): string => `/voice/calls/{id}/${verb}`;
const talking: readonly CallStateWire[] = ['Established', 'Held'];
const live: readonly CallStateWire[] = ['Ringing', 'Dialing', 'Established', 'Held'];
const withData: readonly CallStateWire[] = [...live, 'Released'];

const onCall = (at: CallStanding, messageName: TlibRequestName): { messageName: TlibRequestName; thisDN: string; connID: string } => ({
  messageName,
  thisDN: at.channel.dn,
  connID: at.call.connId,
});

/** A plain command about the call, done already in one state. */
const simple = (
  verb: 'answer' | 'hold' | 'retrieve' | 'release',
  messageName: TlibRequestName,
  states: readonly CallStateWire[],
  done: readonly CallStateWire[],
): Operation =>
  callOperation({
    name: verb,
    path: path(verb),
    resend: 'repeat',
    data: plainData,
    states,
    holds: ({ call }) => done.includes(call.state),
    deed: (at, data) => command({ ...onCall(at, messageName), ...attributes(data) }),
  });

const recording = (name: string, verb: string, messageName: TlibRequestName): Operation =>
  callOperation({
    name,
    path: path(verb),
    resend: 'once',
    data: noData,
    states: ['Ringing', ...talking],
    deed: at => command(onCall(at, messageName)),
  });

const dialling = (name: string, verb: string, messageName: TlibRequestName): Operation =>
  callOperation({
    name,
    path: path(verb),
    resend: 'once',
    data: verb.startsWith('single-step') ? singleStepData : dialData,
    states: talking,
    deed: (at, data) => command({ ...onCall(at, messageName), ...dialAttributes(data) }),
  });

/** The other call of an operation on two; it must be known, and not over. */
function withOther(at: CallStanding, field: string, otherId: string | undefined, messageName: TlibRequestName, rest: object): Deed {
  if (otherId === undefined) return { kind: 'field', field, message: 'is required' };
  if (!at.state.calls.has(otherId)) return { kind: 'unknown-call', field };
  return command({ ...onCall(at, messageName), otherConnID: otherId, ...rest });
}

const completing = (name: string, verb: string, messageName: TlibRequestName): Operation =>
  callOperation({
    name,
    path: path(verb),
    resend: 'once',
    data: parentData,
    states: ['Dialing', ...talking],
    deed: (at, data) => withOther(at, 'data.parentConnId', data.parentConnId ?? at.call.parentConnId, messageName, attributes(data)),
  });

const swapping = (name: 'alternate' | 'reconnect', messageName: TlibRequestName): Operation =>
  callOperation({
    name,
    path: path(name),
    resend: 'once',
    data: heldData,
    states: name === 'reconnect' ? ['Dialing', ...talking] : talking,
    deed: (at, data) => withOther(at, 'data.heldConnId', data.heldConnId, messageName, attributes(data)),
  });

/** The switch has forgotten an ended call: what is noted on it afterwards is ours alone. */
function noted(at: CallStanding, userData: KvList): Deed {
  const call = { ...at.call, userData };
  const calls = new Map(at.state.calls).set(call.connId, call);
  const step: Step = { state: { ...at.state, calls }, told: [{ kind: 'call', call, notification: 'AttachedDataChanged' }] };
  return { kind: 'local', step };
}
const contains = (list: KvList, changes: KvList): boolean => JSON.stringify(kvUpdate(list, changes)) === JSON.stringify(list);

/** Operations on one call of the agent. */
export const callRows: readonly Operation[] = [
  simple('answer', 'RequestAnswerCall', ['Ringing'], ['Established']),
  simple('hold', 'RequestHoldCall', ['Established'], ['Held']),
  simple('retrieve', 'RequestRetrieveCall', ['Held'], ['Established']),
  simple('release', 'RequestReleaseCall', live, ['Released']),
  callOperation({
    name: 'clear',
    path: path('clear'),
    resend: 'once',
    data: plainData,
    states: live,
    deed: (at, data) => command({ ...onCall(at, 'RequestClearCall'), ...attributes(data) }),
  }),
  callOperation({
    name: 'redirect',
    path: path('redirect'),
    resend: 'once',
    data: redirectData,
    states: ['Ringing'],
    deed: (at, data) => command({ ...onCall(at, 'RequestRedirectCall'), otherDN: data.destination, ...attributes(data) }),
  }),
  dialling('initiateConference', 'initiate-conference', 'RequestInitiateConference'),
  dialling('initiateTransfer', 'initiate-transfer', 'RequestInitiateTransfer'),
  dialling('singleStepConference', 'single-step-conference', 'RequestSingleStepConference'),
  dialling('singleStepTransfer', 'single-step-transfer', 'RequestSingleStepTransfer'),
  completing('completeConference', 'complete-conference', 'RequestCompleteConference'),
  completing('completeTransfer', 'complete-transfer', 'RequestCompleteTransfer'),
  swapping('alternate', 'RequestAlternateCall'),
  swapping('reconnect', 'RequestReconnectCall'),
  callOperation({
    name: 'merge',
    path: path('merge'),
    resend: 'once',
    data: mergeData,
    states: talking,
    deed: (at, data) => withOther(at, 'data.otherConnId', data.otherConnId, 'RequestMergeCalls', attributes(data)),
  }),
  callOperation({
    name: 'deleteFromConference',
    path: path('delete-from-conference'),
    resend: 'once',
    data: dropData,
    states: talking,
    deed: (at, data) => command({ ...onCall(at, 'RequestDeleteFromConference'), targetDN: data.dnToDrop, ...attributes(data) }),
  }),
  callOperation({
    name: 'attachUserData',
    path: path('attach-user-data'),
    resend: 'once',
    data: userDataData,
    states: withData,
    deed: (at, data) =>
      at.call.state === 'Released'
        ? noted(at, [...at.call.userData, ...data.userData])
        : command({ ...onCall(at, 'RequestAttachUserData'), userData: data.userData }),
  }),
  callOperation({
    name: 'updateUserData',
    path: path('update-user-data'),
    resend: 'repeat',
    data: userDataData,
    states: withData,
    holds: ({ call }, data) => contains(call.userData, data.userData),
    deed: (at, data) =>
      at.call.state === 'Released'
        ? noted(at, kvUpdate(at.call.userData, data.userData))
        : command({ ...onCall(at, 'RequestUpdateUserData'), userData: data.userData }),
  }),
  callOperation({
    name: 'deleteUserDataPair',
    path: path('delete-user-data-pair'),
    resend: 'once',
    data: keyData,
    outside: ['key'],
    states: withData,
    deed: (at, data) =>
      at.call.state === 'Released'
        ? noted(
            at,
            at.call.userData.filter(pair => pair.key !== data.key),
          )
        : command({ ...onCall(at, 'RequestDeletePair'), key: data.key }),
  }),
  callOperation({
    name: 'sendDTMF',
    path: path('send-dtmf'),
    resend: 'once',
    data: dtmfData,
    states: ['Dialing', ...talking],
    deed: (at, data) => command({ ...onCall(at, 'RequestSendDtmf'), dtmfDigits: data.dtmfDigits, ...attributes(data) }),
  }),
  recording('startRecording', 'start-recording', 'RequestStartRecording'),
  recording('stopRecording', 'stop-recording', 'RequestStopRecording'),
  recording('pauseRecording', 'pause-recording', 'RequestPauseRecording'),
  recording('resumeRecording', 'resume-recording', 'RequestResumeRecording'),
  callOperation({
    name: 'completeCall',
    path: path('complete'),
    resend: 'repeat',
    data: completeData,
    states: ['Released'],
    deed: (at, data) => {
      const call = { ...at.call, userData: kvUpdate(at.call.userData, data.userData) };
      return { kind: 'local', step: completeCall(at.state, call) };
    },
  }),
];
