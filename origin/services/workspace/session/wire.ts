import { assertNever } from '@handover/shared/result';
import type { CallWire, DnWire, VoiceMessageWire } from '@handover/shared/api/workspace';
import type { Call } from '../calls/call.ts';
import { capabilitiesOf } from '../calls/capabilities.ts';
import type { Channel } from './channel.ts';
import type { Told } from './reduce.ts';

export interface WireContext {
  nowMs: number;
  ownDn: string;
  supervisor: boolean;
}

export function callWire(call: Call, context: WireContext): CallWire {
  const supervisor = call.parties.find(party => party.monitorMode !== undefined || party.role === 'RoleObserver');
  const mode = call.monitorMode ?? supervisor?.monitorMode;
  return {
    id: call.connId,
    connId: call.connId,
    callUuid: call.callUuid,
    ...(call.previousConnId === undefined ? {} : { previousConnId: call.previousConnId }),
    ...(call.parentConnId === undefined ? {} : { parentConnId: call.parentConnId }),
    phoneNumber: context.ownDn,
    ...(call.ani === undefined ? {} : { ani: call.ani }),
    ...(call.dnis === undefined ? {} : { dnis: call.dnis }),
    callType: call.callType,
    state: call.state,
    participants: call.parties
      .filter(party => party.role !== 'RoleObserver' && party.dn !== context.ownDn)
      .map(party => ({ number: party.dn, role: party.role })),
    capabilities: capabilitiesOf(call),
    recordingState: call.recordingState,
    userData: call.userData,
    extensions: call.extensions,
    duration: Math.max(0, Math.floor(((call.endedAtMs ?? context.nowMs) - call.startedAtMs) / 1000)),
    supervisorListeningIn: supervisor !== undefined,
    ...(mode === undefined ? {} : { supervisorMonitoringState: mode }),
  };
}

function dnCapabilities(channel: Channel, supervisor: boolean): string[] {
  if (!channel.inService) return [];
  if (channel.agentState === 'LoggedOut') return ['login'];
  const agent = channel.agentState === 'Ready' ? ['not-ready'] : ['ready', 'not-ready'];
  const dnd = channel.dnd ? 'dnd-off' : 'dnd-on';
  const forward = channel.forwardTo === '' ? ['set-forward'] : ['set-forward', 'cancel-forward'];
  return [...agent, dnd, ...forward, ...(supervisor ? ['start-monitoring'] : [])];
}

export function dnWire(channel: Channel, supervisor: boolean): DnWire {
  return {
    number: channel.dn,
    switchName: channel.switchName,
    agentId: channel.agentId,
    agentState: channel.inService ? channel.agentState : 'OutOfService',
    agentWorkMode: channel.workMode,
    dnd: channel.dnd,
    forwardTo: channel.forwardTo,
    reasons: channel.reasons,
    available: channel.inService && channel.agentState === 'Ready' && !channel.dnd,
    timestamp: channel.sinceMs,
    capabilities: dnCapabilities(channel, supervisor),
  };
}

/** The message of the voice channel for one thing told. */
export function voiceMessage(told: Told, context: WireContext, operationId?: string): VoiceMessageWire {
  const echo = operationId === undefined ? {} : { operationId };
  switch (told.kind) {
    case 'call':
      return { messageType: 'CallStateChanged', notificationType: told.notification, ...echo, call: callWire(told.call, context) };
    case 'dn':
      return { messageType: 'DnStateChanged', ...echo, dn: dnWire(told.channel, context.supervisor) };
    case 'user':
      return {
        messageType: 'EventUserEvent',
        ...echo,
        userData: told.userData,
        ...(told.callUuid === undefined ? {} : { callUuid: told.callUuid }),
      };
    case 'error':
      return { messageType: 'EventError', ...echo, error: { errorCode: told.errorCode, errorMessage: told.errorMessage } };
    case 'monitoring':
      return {
        messageType: 'MonitoringStateChanged',
        ...echo,
        state: told.state,
        ...(told.phoneNumber === undefined ? {} : { phoneNumber: told.phoneNumber }),
        ...(told.monitoring === undefined
          ? {}
          : {
              monitoringMode: told.monitoring.mode,
              monitoringNextCallType: told.monitoring.next,
              monitoringScope: told.monitoring.scope,
            }),
      };
    default:
      return assertNever(told);
  }
}
