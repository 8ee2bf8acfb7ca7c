import { kvUpdate, tlibErrors } from '@handover/shared/genesys';
import type { TlibEvent } from '@handover/shared/genesys';
import { ok, refuse } from '@handover/shared/result';
import type { Result } from '@handover/shared/result';
import type { VoiceCommand, VoiceRefusal, VoiceServer } from '../../../contracts/voice.ts';
import { SwitchError } from './board.ts';
import type { LegState } from './board.ts';
import { SupervisedBoard } from './supervised-board.ts';

/** A switch as far as one agent's session can tell it from a real one. The number 9999 leads nowhere. */
export class FakeSwitch extends SupervisedBoard implements VoiceServer {
  /** Every command that was written, with the epoch it was signed with. */
  readonly log: (VoiceCommand & { epoch: number | undefined })[] = [];
  /** Commands of these names are executed, and their answer is lost. */
  readonly deaf = new Set<string>();
  /** Commands of these names are not answered in time, and not executed. */
  readonly mute = new Set<string>();
  /** Commands of these names it does not know. */
  readonly unsupported = new Set<string>();

  registered(dn: string): Promise<Result<TlibEvent, VoiceRefusal>> {
    return this.request({ messageName: 'RequestQueryAddress', thisDN: dn }, { deadlineMs: 1_000 });
  }

  async request(
    command: VoiceCommand,
    options: { deadlineMs: number; admit?: () => Result<{ epoch: number }, string> },
  ): Promise<Result<TlibEvent, VoiceRefusal>> {
    await Promise.resolve();
    if (this.state === 'down') return refuse({ kind: 'unavailable' });
    const admitted = options.admit?.();
    if (admitted?.ok === false) return refuse({ kind: 'fenced', why: admitted.reason });
    if (command.messageName !== 'RequestQueryAddress') this.log.push({ ...command, epoch: admitted?.value.epoch });
    if (this.mute.has(command.messageName)) return refuse({ kind: 'unknown' });
    try {
      const answer = this.#perform(command);
      return this.deaf.has(command.messageName) ? refuse({ kind: 'unknown' }) : ok(answer);
    } catch (fault) {
      if (fault instanceof SwitchError) return refuse({ kind: 'error', ...fault.refused });
      throw fault;
    }
  }

  /** Commands written, without questions, by name. */
  names(dn?: string): string[] {
    return this.log.filter(each => dn === undefined || each.thisDN === dn).map(each => each.messageName);
  }

  /** The far end does it, at its own phone. */
  async far(command: VoiceCommand): Promise<void> {
    await Promise.resolve();
    this.#perform(command);
  }

  /** Supervisors follow whatever happened. */
  #perform(command: VoiceCommand): TlibEvent {
    if (this.unsupported.has(command.messageName)) throw new SwitchError(tlibErrors.unsupported);
    const answer = this.#execute(command);
    this.followMonitored();
    return answer;
  }

  #execute(command: VoiceCommand): TlibEvent {
    const dn = command.thisDN ?? '';
    const talking: readonly LegState[] = ['Established', 'Held'];
    const any: readonly LegState[] = ['Ringing', 'Dialing', 'Established', 'Held'];
    switch (command.messageName) {
      case 'RequestRegisterAddress':
        return this.emit(dn, { messageName: 'EventRegistered', dn: this.snapshot(dn) });
      case 'RequestUnregisterAddress':
        return this.emit(dn, { messageName: 'EventUnregistered' });
      case 'RequestQueryAddress':
        return this.emit(dn, { messageName: 'EventAddressInfo', dn: this.snapshot(dn) });
      case 'RequestAgentLogin': {
        if (this.phone(dn).agentState !== 'LoggedOut') throw new SwitchError(tlibErrors.agentBusy);
        if (command.agentID === 'nobody') throw new SwitchError(tlibErrors.invalidAgent);
        const event = this.agent(command, 'EventAgentLogin', {
          agentID: command.agentID,
          agentState: 'LoggedIn',
          agentWorkMode: command.agentWorkMode ?? 'Unknown',
          reasons: [],
        });
        this.agent(command, 'EventAgentNotReady', { agentState: 'NotReady', agentWorkMode: 'Unknown' });
        return event;
      }
      case 'RequestAgentLogout':
        this.loggedIn(command);
        this.stopAllMonitoring(dn);
        return this.agent(command, 'EventAgentLogout', {
          agentID: undefined,
          agentState: 'LoggedOut',
          agentWorkMode: 'Unknown',
          reasons: [],
        });
      case 'RequestAgentReady':
        this.loggedIn(command);
        return this.agent(command, 'EventAgentReady', { agentState: 'Ready', agentWorkMode: 'ManualIn', reasons: command.reasons ?? [] });
      case 'RequestAgentNotReady':
        this.loggedIn(command);
        return this.agent(command, 'EventAgentNotReady', {
          agentState: 'NotReady',
          agentWorkMode: command.agentWorkMode ?? 'Unknown',
          reasons: command.reasons ?? [],
        });
      case 'RequestSetDNDOn':
        return this.agent(command, 'EventDNDOn', { dnd: true });
      case 'RequestSetDNDOff':
        return this.agent(command, 'EventDNDOff', { dnd: false });
      case 'RequestCallForwardSet':
        this.phone(dn).forwardTo = command.otherDN;
        return this.emit(dn, { messageName: 'EventForwardSet', forwardTo: command.otherDN ?? '' });
      case 'RequestCallForwardCancel':
        this.phone(dn).forwardTo = undefined;
        return this.emit(dn, { messageName: 'EventForwardCancel' });
      case 'RequestMakeCall': {
        if (command.otherDN === '9999') throw new SwitchError(tlibErrors.invalidDestination);
        const call = this.newCall('Internal', command.userData ?? []);
        call.legs.set(dn, { state: 'Dialing', role: 'RoleOrigination' });
        call.legs.set(command.otherDN ?? '', { state: 'Ringing', role: 'RoleDestination' });
        const event = this.emitCall('EventDialing', call, dn);
        this.emitCall('EventRinging', call, command.otherDN ?? '');
        return event;
      }
      case 'RequestAnswerCall': {
        const { call, leg: own } = this.leg(command, ['Ringing']);
        if (own.monitor !== undefined) return this.observe(call, dn, own.monitor.mode);
        let answer: TlibEvent | undefined;
        for (const [party, leg] of call.legs) {
          if (leg.state !== 'Dialing' && party !== dn) continue;
          leg.state = 'Established';
          const event = this.emitCall('EventEstablished', call, party);
          if (party === dn) answer = event;
        }
        return answer ?? this.emit(dn, { messageName: 'EventACK' });
      }
      case 'RequestReleaseCall':
        return this.drop(this.leg(command, any).call, dn);
      case 'RequestClearCall': {
        const { call } = this.leg(command, any);
        const event = this.emitCall('EventReleased', call, dn);
        call.legs.delete(dn);
        this.finish(call);
        return event;
      }
      case 'RequestHoldCall':
        return this.setLeg(command, 'Established', 'Held', 'EventHeld');
      case 'RequestRetrieveCall':
        return this.setLeg(command, 'Held', 'Established', 'EventRetrieved');
      case 'RequestRedirectCall': {
        const { call } = this.leg(command, ['Ringing']);
        const event = this.emitCall('EventReleased', call, dn, { callState: 'Redirected' });
        call.legs.delete(dn);
        this.reach(call, command.otherDN ?? '');
        return event;
      }
      case 'RequestInitiateTransfer':
      case 'RequestInitiateConference':
        return this.consult(command);
      case 'RequestCompleteTransfer':
      case 'RequestMuteTransfer':
        return this.join(command, false);
      case 'RequestCompleteConference':
      case 'RequestMergeCalls':
        return this.join(command, true);
      case 'RequestSingleStepTransfer': {
        const { call } = this.leg(command, talking);
        const event = this.emitCall('EventReleased', call, dn, { callState: 'Transferred' });
        call.legs.delete(dn);
        this.reach(call, command.otherDN ?? '');
        return event;
      }
      case 'RequestSingleStepConference': {
        const { call } = this.leg(command, talking);
        if (command.otherDN === '9999') throw new SwitchError(tlibErrors.invalidDestination);
        call.legs.set(command.otherDN ?? '', { state: 'Established', role: 'RoleNewParty' });
        return this.emitCall('EventPartyAdded', call, dn);
      }
      case 'RequestDeleteFromConference': {
        const { call } = this.leg(command, talking);
        if (!call.legs.delete(command.targetDN ?? '')) throw new SwitchError(tlibErrors.invalidDestination);
        return this.emitCall('EventPartyDeleted', call, dn);
      }
      case 'RequestAlternateCall': {
        this.leg(command, ['Held'], command.otherConnID);
        const event = this.setLeg(command, 'Established', 'Held', 'EventHeld');
        this.setLeg(command, 'Held', 'Established', 'EventRetrieved', command.otherConnID);
        return event;
      }
      case 'RequestReconnectCall': {
        this.leg(command, ['Held'], command.otherConnID);
        const event = this.drop(this.leg(command, ['Dialing', 'Established']).call, dn);
        this.setLeg(command, 'Held', 'Established', 'EventRetrieved', command.otherConnID);
        return event;
      }
      case 'RequestAttachUserData':
        return this.data(command, list => [...list, ...(command.userData ?? [])]);
      case 'RequestUpdateUserData':
        return this.data(command, list => kvUpdate(list, command.userData ?? []));
      case 'RequestDeletePair':
        return this.data(command, list => list.filter(pair => pair.key !== command.key));
      case 'RequestSendDtmf': {
        const { call } = this.leg(command, ['Dialing', 'Established', 'Held']);
        return this.emitCall('EventDtmfSent', call, dn);
      }
      case 'RequestDistributeUserEvent':
        return this.emit(dn, { messageName: 'EventUserEvent', userData: command.userData ?? [] });
      case 'RequestStartRecording':
        return this.record(command, 'Recording');
      case 'RequestResumeRecording':
        return this.record(command, 'Recording');
      case 'RequestStopRecording':
        return this.record(command, 'Stopped');
      case 'RequestPauseRecording':
        return this.record(command, 'Paused');
      case 'RequestStartCallMonitoring':
        return command.connID === undefined ? this.startMonitoring(command) : this.switchMonitoring(command);
      case 'RequestStopCallMonitoring':
        return this.stopMonitoring(dn, command.targetDN ?? '');
      case 'RequestRegisterClient':
      case 'RequestQueryServer':
      case 'RequestQueryCall':
      case 'RequestDeleteUserData':
      case 'RequestRouteCall':
      case 'RequestApplyTreatment':
        throw new SwitchError(tlibErrors.unsupported);
    }
  }
}
