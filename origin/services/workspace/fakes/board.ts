import { kvUpdate, tlibErrors } from '@handover/shared/genesys';
import type {
  AgentStateWire,
  CallSnapshotWire,
  CallType,
  DnRole,
  DnSnapshotWire,
  KvList,
  MonitorMode,
  PartyWire,
  RecordingState,
  TlibEvent,
  TlibEventName,
  WorkMode,
} from '@handover/shared/genesys';
import type { Clock } from '@handover/shared/time';
import type { VoiceCommand } from '../../../contracts/voice.ts';

export type LegState = CallSnapshotWire['legState'];
interface Leg {
  state: LegState;
  role: DnRole;
  parent?: string;
  /** A supervisor's: how and whom they hear. */
  monitor?: { mode: MonitorMode; target: string };
}
export interface FakeCall {
  connID: string;
  callType: CallType;
  legs: Map<string, Leg>;
  userData: KvList;
  recordingState: RecordingState;
  startedAt: number;
}
interface Phone {
  agentID: string | undefined;
  agentState: AgentStateWire;
  agentWorkMode: WorkMode;
  reasons: KvList;
  dnd: boolean;
  forwardTo: string | undefined;
}

type Refused = { errorCode: number; errorMessage: string };
export class SwitchError extends Error {
  readonly refused: Refused;
  constructor(refused: Refused) {
    super(refused.errorMessage);
    this.refused = refused;
  }
}

/** Phones and calls of a switch, and the events that they make. */
export class FakeBoard {
  readonly switchName: string;
  readonly location: string;
  state: 'up' | 'down' = 'up';
  keepsAgentsOnDisconnect: boolean | undefined = true;
  protected readonly clock: Clock;
  protected readonly listeners = new Map<string, Set<(event: TlibEvent) => void>>();
  protected readonly watchers = new Set<(change: 'lost' | 'restored' | 'switched') => void>();
  protected readonly phones = new Map<string, Phone>();
  readonly calls = new Map<string, FakeCall>();
  protected sequence = 0;
  protected lastCall = 0;

  constructor(clock: Clock, switchName: string, location: string) {
    this.clock = clock;
    this.switchName = switchName;
    this.location = location;
  }

  onChange(watcher: (change: 'lost' | 'restored' | 'switched') => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  listen(dn: string, listener: (event: TlibEvent) => void): () => void {
    const present = this.listeners.get(dn) ?? new Set();
    this.listeners.set(dn, present.add(listener));
    return () => void present.delete(listener);
  }

  /** How many listen to the DN. */
  listening(dn: string): number {
    return this.listeners.get(dn)?.size ?? 0;
  }

  lose(): void {
    this.state = 'down';
    for (const watcher of [...this.watchers]) watcher('lost');
  }

  restore(): void {
    this.state = 'up';
    for (const watcher of [...this.watchers]) watcher('restored');
    // A new connection registers again, and hears how the DN is.
    for (const dn of this.listeners.keys()) this.emit(dn, { messageName: 'EventRegistered', dn: this.snapshot(dn) });
  }

  /** The switch logs everybody out because their client vanished. */
  dropAgents(): void {
    for (const phone of this.phones.values())
      Object.assign(phone, { agentID: undefined, agentState: 'LoggedOut', agentWorkMode: 'Unknown', reasons: [] });
  }

  phone(dn: string): Phone {
    const known = this.phones.get(dn);
    if (known !== undefined) return known;
    const fresh: Phone = {
      agentID: undefined,
      agentState: 'LoggedOut',
      agentWorkMode: 'Unknown',
      reasons: [],
      dnd: false,
      forwardTo: undefined,
    };
    this.phones.set(dn, fresh);
    return fresh;
  }

  /** Somebody calls; the phone rings. */
  ring(from: string, to: string, more: { callType?: CallType; userData?: KvList } = {}): string {
    const call = this.newCall(more.callType ?? 'Inbound', more.userData ?? []);
    call.legs.set(from, { state: 'Dialing', role: 'RoleOrigination' });
    call.legs.set(to, { state: 'Ringing', role: 'RoleDestination' });
    this.emitCall('EventDialing', call, from);
    this.emitCall('EventRinging', call, to);
    return call.connID;
  }

  /** An event out of the blue. */
  emit(dn: string, event: Partial<TlibEvent> & { messageName: TlibEventName }): TlibEvent {
    const full: TlibEvent = {
      eventSequenceNumber: ++this.sequence,
      time: this.clock.now(),
      server: this.switchName,
      thisDN: dn,
      ...event,
    };
    for (const listener of [...(this.listeners.get(dn) ?? [])]) listener(full);
    return full;
  }

  snapshot(dn: string): DnSnapshotWire {
    const { agentID, forwardTo, ...phone } = this.phone(dn);
    const calls = [...this.calls.values()].flatMap(call => {
      const leg = call.legs.get(dn);
      return leg === undefined ? [] : [this.callSnapshot(call, dn, leg)];
    });
    return {
      ...phone,
      ...(agentID === undefined ? {} : { agentID }),
      ...(forwardTo === undefined ? {} : { forwardTo }),
      inService: true,
      calls,
    };
  }

  protected callSnapshot(call: FakeCall, dn: string, leg: Leg): CallSnapshotWire {
    return {
      connID: call.connID,
      callUuid: `UUID${call.connID}`,
      callType: call.callType,
      legState: leg.state,
      thisDNRole: leg.role,
      ...(leg.monitor === undefined ? {} : { monitorMode: leg.monitor.mode }),
      ...(leg.parent === undefined ? {} : { parentConnID: leg.parent }),
      parties: this.parties(call, dn),
      userData: call.userData,
      recordingState: call.recordingState,
      startedAt: call.startedAt,
    };
  }

  protected parties(call: FakeCall, dn: string): PartyWire[] {
    const others = [...call.legs].filter(([other]) => other !== dn);
    return others.map(([other, { role, monitor }]) => ({
      dn: other,
      role,
      ...(monitor === undefined ? {} : { monitorMode: monitor.mode }),
    }));
  }

  protected newCall(callType: CallType, userData: KvList): FakeCall {
    const connID = ((this.location.codePointAt(1) ?? 0) * 4096 + ++this.lastCall).toString(16).toUpperCase().padStart(16, '0');
    const call: FakeCall = { connID, callType, legs: new Map(), userData, recordingState: 'Stopped', startedAt: this.clock.now() };
    this.calls.set(connID, call);
    return call;
  }

  protected emitCall(messageName: TlibEventName, call: FakeCall, dn: string, more: Partial<TlibEvent> = {}): TlibEvent {
    const leg = call.legs.get(dn);
    return this.emit(dn, {
      messageName,
      connID: call.connID,
      callUuid: `UUID${call.connID}`,
      callType: call.callType,
      parties: this.parties(call, dn),
      userData: call.userData,
      recordingState: call.recordingState,
      ...(leg?.parent === undefined ? {} : { parentConnID: leg.parent }),
      ...(leg?.monitor === undefined ? {} : { monitorMode: leg.monitor.mode }),
      ...more,
    });
  }

  protected leg(command: VoiceCommand, states: readonly LegState[], connID = command.connID): { call: FakeCall; leg: Leg; dn: string } {
    const dn = command.thisDN ?? '';
    const call = this.calls.get(connID ?? '');
    const leg = call?.legs.get(dn);
    if (call === undefined || leg === undefined) throw new SwitchError(tlibErrors.unknownCall);
    if (!states.includes(leg.state)) throw new SwitchError(tlibErrors.invalidState);
    return { call, leg, dn };
  }

  protected reach(call: FakeCall, number: string): void {
    if (number === '9999') throw new SwitchError(tlibErrors.invalidDestination);
    call.legs.set(number, { state: 'Ringing', role: 'RoleDestination' });
    this.emitCall('EventRinging', call, number);
  }

  protected drop(call: FakeCall, dn: string): TlibEvent {
    const event = this.emitCall('EventReleased', call, dn);
    call.legs.delete(dn);
    const talkers = [...call.legs.values()].filter(leg => leg.monitor === undefined);
    if (talkers.length >= 2) for (const other of call.legs.keys()) this.emitCall('EventPartyDeleted', call, other);
    else this.finish(call);
    return event;
  }

  protected finish(call: FakeCall): void {
    for (const dn of [...call.legs.keys()]) {
      this.emitCall('EventReleased', call, dn);
      call.legs.delete(dn);
    }
    this.calls.delete(call.connID);
  }

  protected agent(command: VoiceCommand, messageName: TlibEventName, change: Partial<Phone>): TlibEvent {
    const dn = command.thisDN ?? '';
    const phone = Object.assign(this.phone(dn), change);
    return this.emit(dn, {
      messageName,
      ...(phone.agentID === undefined ? {} : { agentID: phone.agentID }),
      agentWorkMode: phone.agentWorkMode,
      reasons: phone.reasons,
    });
  }

  protected loggedIn(command: VoiceCommand): void {
    if (this.phone(command.thisDN ?? '').agentState === 'LoggedOut') throw new SwitchError(tlibErrors.notLoggedIn);
  }

  protected setLeg(command: VoiceCommand, from: LegState, to: LegState, messageName: TlibEventName, connID = command.connID): TlibEvent {
    const { call, leg, dn } = this.leg(command, [from], connID);
    leg.state = to;
    return this.emitCall(messageName, call, dn);
  }

  protected consult(command: VoiceCommand): TlibEvent {
    const { call, leg, dn } = this.leg(command, ['Established', 'Held']);
    if (command.otherDN === '9999') throw new SwitchError(tlibErrors.invalidDestination);
    if (leg.state === 'Established') {
      leg.state = 'Held';
      this.emitCall('EventHeld', call, dn);
    }
    const consult = this.newCall('Consult', [...call.userData]);
    consult.legs.set(dn, { state: 'Dialing', role: 'RoleOrigination', parent: call.connID });
    consult.legs.set(command.otherDN ?? '', { state: 'Ringing', role: 'RoleDestination' });
    const event = this.emitCall('EventDialing', consult, dn);
    this.emitCall('EventRinging', consult, command.otherDN ?? '');
    return event;
  }

  protected data(command: VoiceCommand, change: (list: KvList) => KvList): TlibEvent {
    const { call, dn } = this.leg(command, ['Ringing', 'Dialing', 'Established', 'Held']);
    call.userData = change(call.userData);
    let answer: TlibEvent | undefined;
    for (const party of call.legs.keys()) {
      const event = this.emitCall('EventAttachedDataChanged', call, party, { thirdPartyDN: dn });
      if (party === dn) answer = event;
    }
    return answer ?? this.emit(dn, { messageName: 'EventACK' });
  }

  protected record(command: VoiceCommand, recordingState: RecordingState): TlibEvent {
    const { call, dn } = this.leg(command, ['Ringing', 'Established', 'Held']);
    call.recordingState = recordingState;
    return this.emitCall('EventCallInfoChanged', call, dn);
  }

  /** The consult call's far parties join the main call. */
  protected join(command: VoiceCommand, stay: boolean): TlibEvent {
    const { call: consult, dn } = this.leg(command, ['Dialing', 'Established', 'Held']);
    const { call: main } = this.leg(command, ['Established', 'Held'], command.otherConnID);
    const answer = this.emitCall('EventReleased', consult, dn, { callState: stay ? 'Conferenced' : 'Transferred' });
    consult.legs.delete(dn);
    main.userData = kvUpdate(main.userData, consult.userData);
    if (!stay) {
      this.emitCall('EventReleased', main, dn, { callState: 'Transferred' });
      main.legs.delete(dn);
    }
    for (const [party, leg] of consult.legs) {
      main.legs.set(party, { ...leg, role: 'RoleNewParty' });
      this.emitCall('EventPartyChanged', main, party, { previousConnID: consult.connID });
    }
    this.calls.delete(consult.connID);
    const mine = main.legs.get(dn);
    if (mine?.state === 'Held') {
      mine.state = 'Established';
      this.emitCall('EventRetrieved', main, dn);
    }
    for (const party of main.legs.keys())
      if (!consult.legs.has(party)) this.emitCall(stay ? 'EventPartyAdded' : 'EventPartyChanged', main, party);
    return answer;
  }
}
