import type { TlibEvent, TlibEventName, TlibRequestName } from '@handover/shared/genesys';
import type { VoiceCommand } from '../../../contracts/voice.ts';

/** Events that show the effect of a command on the asking agent's DN. */
const effects: Partial<Record<TlibRequestName, readonly TlibEventName[]>> = {
  RequestAgentLogin: ['EventAgentLogin'],
  RequestAgentLogout: ['EventAgentLogout'],
  RequestAgentReady: ['EventAgentReady'],
  RequestAgentNotReady: ['EventAgentNotReady'],
  RequestSetDNDOn: ['EventDNDOn'],
  RequestSetDNDOff: ['EventDNDOff'],
  RequestCallForwardSet: ['EventForwardSet'],
  RequestCallForwardCancel: ['EventForwardCancel'],
  RequestMakeCall: ['EventDialing'],
  RequestAnswerCall: ['EventEstablished'],
  RequestReleaseCall: ['EventReleased'],
  RequestClearCall: ['EventReleased', 'EventAbandoned'],
  RequestHoldCall: ['EventHeld'],
  RequestRetrieveCall: ['EventRetrieved'],
  RequestRedirectCall: ['EventReleased'],
  RequestInitiateTransfer: ['EventHeld', 'EventDialing'],
  RequestInitiateConference: ['EventHeld', 'EventDialing'],
  RequestCompleteTransfer: ['EventReleased', 'EventPartyChanged'],
  RequestMuteTransfer: ['EventReleased', 'EventPartyChanged'],
  RequestCompleteConference: ['EventReleased', 'EventRetrieved', 'EventPartyAdded'],
  RequestSingleStepTransfer: ['EventReleased'],
  RequestSingleStepConference: ['EventPartyAdded'],
  RequestDeleteFromConference: ['EventPartyDeleted'],
  RequestAlternateCall: ['EventHeld', 'EventRetrieved'],
  RequestReconnectCall: ['EventReleased', 'EventRetrieved'],
  RequestMergeCalls: ['EventReleased', 'EventRetrieved', 'EventPartyAdded', 'EventPartyChanged'],
  RequestAttachUserData: ['EventAttachedDataChanged'],
  RequestUpdateUserData: ['EventAttachedDataChanged'],
  RequestDeletePair: ['EventAttachedDataChanged'],
  RequestDistributeUserEvent: ['EventUserEvent'],
  RequestStartCallMonitoring: ['EventMonitoringNextCall', 'EventCallInfoChanged'],
  RequestStopCallMonitoring: ['EventMonitoringCancelled'],
  RequestStartRecording: ['EventCallInfoChanged'],
  RequestStopRecording: ['EventCallInfoChanged'],
  RequestPauseRecording: ['EventCallInfoChanged'],
  RequestResumeRecording: ['EventCallInfoChanged'],
};

interface Pending {
  command: VoiceCommand;
  operationId: string;
}

/** Whether the event shows the effect of the command: by its name and, where a call is named, by its call. */
function matches({ command }: Pending, event: TlibEvent): boolean {
  if (effects[command.messageName]?.includes(event.messageName) !== true) return false;
  if (command.connID === undefined || event.connID === undefined) return event.parentConnID === undefined;
  const named = [command.connID, command.otherConnID];
  return [event.connID, event.parentConnID, event.previousConnID].some(id => id !== undefined && named.includes(id));
}

/** Operations under way, so that their events carry the operation id. One waits at a time per session; a few are kept for late events. */
export class Echo {
  readonly #pending: Pending[] = [];

  begin(command: VoiceCommand, operationId: string): () => void {
    const entry = { command, operationId };
    this.#pending.push(entry);
    return () => {
      const at = this.#pending.indexOf(entry);
      if (at >= 0) this.#pending.splice(at, 1);
    };
  }

  of(event: TlibEvent): string | undefined {
    return this.#pending.find(entry => matches(entry, event))?.operationId;
  }
}
