import type { TlibEventName, TlibRequest, TlibRequestName } from '@handover/shared/genesys';
import { kvList, kvNumber, kvText } from '@handover/shared/genesys';
import type { KernelEvent, Refusal } from './messages.ts';
import type { Dn } from './state.ts';
import type { Step } from './step.ts';
import { login, logout, setAgentState } from './agents.ts';
import { answer, clear, dial, hold, redirect, release, retrieve } from './calls.ts';
import type { MonitoringWish } from './monitoring.ts';
import { startMonitoring, stopMonitoring, switchMonitoring } from './monitoring.ts';
import { routeCall } from './routing.ts';
import { applyTreatment } from './treatments.ts';
import { emit, legOf, reply } from './step.ts';
import {
  alternate,
  completeConference,
  completeTransfer,
  deleteFromConference,
  muteTransfer,
  reconnect,
  singleStepConference,
  singleStepTransfer,
  startConsult,
} from './two-calls.ts';
import { changeData, record, sendDtmf } from './user-data.ts';

/** What the facade answers itself: it concerns connections, or only reads. */
export type FacadeRequestName =
  | 'RequestRegisterClient'
  | 'RequestQueryServer'
  | 'RequestRegisterAddress'
  | 'RequestUnregisterAddress'
  | 'RequestQueryAddress'
  | 'RequestQueryCall';
export type KernelRequestName = Exclude<TlibRequestName, FacadeRequestName>;

/** The event on the DN that answers each request, with its reference. EventACK: an answer of its own, for nothing happens on the DN yet. */
export const answerOf: Readonly<Record<KernelRequestName, TlibEventName>> = {
  RequestAgentLogin: 'EventAgentLogin',
  RequestAgentLogout: 'EventAgentLogout',
  RequestAgentReady: 'EventAgentReady',
  RequestAgentNotReady: 'EventAgentNotReady',
  RequestSetDNDOn: 'EventDNDOn',
  RequestSetDNDOff: 'EventDNDOff',
  RequestCallForwardSet: 'EventForwardSet',
  RequestCallForwardCancel: 'EventForwardCancel',
  RequestMakeCall: 'EventDialing',
  RequestAnswerCall: 'EventEstablished',
  RequestReleaseCall: 'EventReleased',
  RequestClearCall: 'EventReleased',
  RequestHoldCall: 'EventHeld',
  RequestRetrieveCall: 'EventRetrieved',
  RequestRedirectCall: 'EventReleased',
  RequestInitiateTransfer: 'EventDialing',
  RequestCompleteTransfer: 'EventReleased',
  RequestMuteTransfer: 'EventReleased',
  RequestSingleStepTransfer: 'EventReleased',
  RequestInitiateConference: 'EventDialing',
  RequestCompleteConference: 'EventPartyAdded',
  RequestSingleStepConference: 'EventACK',
  RequestDeleteFromConference: 'EventPartyDeleted',
  RequestAlternateCall: 'EventRetrieved',
  RequestReconnectCall: 'EventRetrieved',
  RequestMergeCalls: 'EventPartyAdded',
  RequestAttachUserData: 'EventAttachedDataChanged',
  RequestUpdateUserData: 'EventAttachedDataChanged',
  RequestDeletePair: 'EventAttachedDataChanged',
  RequestDeleteUserData: 'EventAttachedDataChanged',
  RequestSendDtmf: 'EventDtmfSent',
  RequestDistributeUserEvent: 'EventUserEvent',
  RequestRouteCall: 'EventRouteUsed',
  RequestApplyTreatment: 'EventTreatmentApplied',
  RequestStartCallMonitoring: 'EventMonitoringNextCall',
  RequestStopCallMonitoring: 'EventMonitoringCancelled',
  RequestStartRecording: 'EventCallInfoChanged',
  RequestStopRecording: 'EventCallInfoChanged',
  RequestPauseRecording: 'EventCallInfoChanged',
  RequestResumeRecording: 'EventCallInfoChanged',
};

/** As the table says; a change in a running call is told by the call. */
export const answerTo = (request: TlibRequest, name: KernelRequestName): TlibEventName =>
  name === 'RequestStartCallMonitoring' && request.connID !== undefined ? 'EventCallInfoChanged' : answerOf[name];

/** The epoch that an origin signed the command with. */
export const epochOf = (request: TlibRequest): number | undefined => kvNumber(kvList(request.extensions, 'handover'), 'epoch');

export const isKernelRequest = (name: TlibRequestName): name is KernelRequestName => name in answerOf;

/** Carries out a request whose attributes have been checked. A refusal leaves everything as it was. */
export function execute(step: Step, request: TlibRequest): Refusal | undefined {
  const dn = step.state.dns.get(request.thisDN ?? '');
  if (dn === undefined) return { error: 'unknownDn', detail: 'thisDN' };
  const epoch = epochOf(request);
  if (epoch !== undefined) {
    if (step.state.options.refuseStaleEpochs && epoch < dn.epoch) return { error: 'staleEpoch' };
    dn.epoch = Math.max(dn.epoch, epoch);
  }
  if (!isKernelRequest(request.messageName)) return { error: 'unsupported', detail: 'messageName' };
  if (request.messageName === 'RequestDistributeUserEvent') return userEvent(step, dn, request);
  if (!dn.inService) return { error: 'unknownDn', detail: 'thisDN is out of service' };
  const connId = (request.connID ?? '').toUpperCase();
  if (request.messageName === 'RequestRouteCall') return routeCall(step, dn.number, connId, request.otherDN ?? '');
  if (request.messageName === 'RequestApplyTreatment') return applyTreatment(step, dn.number, connId, request.treatmentType ?? 'Music');
  if (dn.type !== 'Extension') return { error: 'unsupported', detail: 'thisDN is no phone' };
  return onPhone(step, dn, request, request.messageName);
}

function onPhone(
  step: Step,
  dn: Dn,
  request: TlibRequest,
  name: Exclude<KernelRequestName, 'RequestDistributeUserEvent' | 'RequestRouteCall' | 'RequestApplyTreatment'>,
): Refusal | undefined {
  const { number } = dn;
  const connId = (request.connID ?? '').toUpperCase();
  const otherConnId = request.otherConnID?.toUpperCase();
  const to = request.otherDN ?? '';
  const added = request.userData ?? [];
  const reasons = request.reasons ?? [];
  const workMode = request.agentWorkMode ?? 'Unknown';
  switch (name) {
    case 'RequestAgentLogin':
      return login(step, dn, { agentId: request.agentID ?? '', workMode, reasons, ...queueOf(request) });
    case 'RequestAgentLogout':
      return logout(step, dn, reasons);
    case 'RequestAgentReady':
      return setAgentState(step, dn, 'ready', { workMode, reasons });
    case 'RequestAgentNotReady':
      return setAgentState(step, dn, 'notReady', { workMode, reasons });
    case 'RequestSetDNDOn':
    case 'RequestSetDNDOff':
      return setDnd(step, dn, name === 'RequestSetDNDOn');
    case 'RequestCallForwardSet':
      return forward(step, dn, to);
    case 'RequestCallForwardCancel':
      return forward(step, dn, undefined);
    case 'RequestMakeCall': {
      const made = dial(step, { from: number, to, userData: added });
      return 'error' in made ? made : undefined;
    }
    case 'RequestAnswerCall':
      return answer(step, connId, number);
    case 'RequestReleaseCall':
      return release(step, connId, number);
    case 'RequestClearCall': {
      const leg = legOf(step, connId, number);
      if ('error' in leg) return leg;
      clear(step, leg.call);
      return undefined;
    }
    case 'RequestHoldCall':
      return hold(step, connId, number);
    case 'RequestRetrieveCall':
      return retrieve(step, connId, number);
    case 'RequestRedirectCall':
      return redirect(step, connId, number, to);
    case 'RequestInitiateTransfer':
    case 'RequestInitiateConference':
      return startConsult(step, number, connId, to, added);
    case 'RequestCompleteTransfer':
      return completeTransfer(step, number, connId, otherConnId);
    case 'RequestMuteTransfer':
      return muteTransfer(step, number, connId, to, added);
    case 'RequestSingleStepTransfer':
      return singleStepTransfer(step, number, connId, to, added);
    case 'RequestCompleteConference':
    case 'RequestMergeCalls':
      return completeConference(step, number, connId, otherConnId);
    case 'RequestSingleStepConference': {
      const refused = singleStepConference(step, number, connId, to, added);
      if (refused === undefined) reply(step, { messageName: 'EventACK', thisDN: number, connID: connId, otherDN: to });
      return refused;
    }
    case 'RequestDeleteFromConference':
      return deleteFromConference(step, number, connId, request.targetDN ?? to);
    case 'RequestAlternateCall':
      return alternate(step, number, connId, otherConnId);
    case 'RequestReconnectCall':
      return reconnect(step, number, connId, otherConnId);
    case 'RequestAttachUserData':
      return changeData(step, number, connId, { kind: 'attach', pairs: added });
    case 'RequestUpdateUserData':
      return changeData(step, number, connId, { kind: 'update', pairs: added });
    case 'RequestDeletePair':
      return changeData(step, number, connId, { kind: 'deletePair', key: request.key ?? '' });
    case 'RequestDeleteUserData':
      return changeData(step, number, connId, { kind: 'deleteAll' });
    case 'RequestSendDtmf':
      return sendDtmf(step, number, connId, request.dtmfDigits ?? '');
    case 'RequestStartCallMonitoring':
      return request.connID === undefined
        ? startMonitoring(step, dn, request.targetDN ?? '', monitoringWish(request))
        : switchMonitoring(step, dn, connId, monitoringWish(request));
    case 'RequestStopCallMonitoring':
      return stopMonitoring(step, dn, request.targetDN ?? '');
    case 'RequestStartRecording':
      return record(step, number, connId, 'start');
    case 'RequestStopRecording':
      return record(step, number, connId, 'stop');
    case 'RequestPauseRecording':
      return record(step, number, connId, 'pause');
    case 'RequestResumeRecording':
      return record(step, number, connId, 'resume');
  }
}

/** The manner of monitoring travels in extensions, as documented words in any case; others mean nothing. */
function monitoringWish({ extensions }: TlibRequest): MonitoringWish {
  const word = <T extends string>(key: string, words: readonly T[]): T | undefined => {
    const text = kvText(extensions, key)?.toLowerCase();
    return words.find(each => each.toLowerCase() === text);
  };
  const mode = word('MonitorMode', ['Mute', 'Coach', 'Connect']);
  const next = word('MonitorNextCallType', ['OneCall', 'AllCalls']);
  const scope = word('MonitorScope', ['Call', 'Agent']);
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(next === undefined ? {} : { next }),
    ...(scope === undefined ? {} : { scope }),
  };
}

const queueOf = (request: TlibRequest): { thisQueue?: string } => (request.thisQueue === undefined ? {} : { thisQueue: request.thisQueue });

function userEvent(step: Step, dn: Dn, request: TlibRequest): undefined {
  const event: KernelEvent = {
    messageName: 'EventUserEvent',
    thisDN: dn.number,
    userData: request.userData ?? [],
    ...(request.connID === undefined ? {} : { connID: request.connID.toUpperCase() }),
    ...(request.callUuid === undefined ? {} : { callUuid: request.callUuid }),
    ...(request.extensions === undefined ? {} : { extensions: request.extensions }),
  };
  emit(step, dn.number, event);
}

function setDnd(step: Step, dn: Dn, on: boolean): undefined {
  dn.dnd = on;
  step.changedDns.add(dn.number);
  emit(step, dn.number, { messageName: on ? 'EventDNDOn' : 'EventDNDOff', thisDN: dn.number });
}

function forward(step: Step, dn: Dn, to: string | undefined): Refusal | undefined {
  if (to === dn.number || to === '') return { error: 'invalidDestination', detail: 'otherDN' };
  if (to === undefined) delete dn.forwardTo;
  else dn.forwardTo = to;
  step.changedDns.add(dn.number);
  const name = to === undefined ? 'EventForwardCancel' : 'EventForwardSet';
  emit(step, dn.number, { messageName: name, thisDN: dn.number, ...(to === undefined ? {} : { forwardTo: to }) });
  return undefined;
}
