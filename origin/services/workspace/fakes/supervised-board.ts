import { tlibErrors } from '@handover/shared/genesys';
import type { DnSnapshotWire, MonitoringWire, MonitorMode, TlibEvent } from '@handover/shared/genesys';
import type { VoiceCommand } from '../../../contracts/voice.ts';
import { FakeBoard, SwitchError } from './board.ts';
import type { FakeCall } from './board.ts';

const roleOf = (mode: MonitorMode): 'RoleConferenceMember' | 'RoleObserver' =>
  mode === 'Connect' ? 'RoleConferenceMember' : 'RoleObserver';

/** A board on which supervisors hear other phones' calls: the running one and those that follow. One supervisor a phone. */
export class SupervisedBoard extends FakeBoard {
  /** By supervisor. */
  readonly #wishes = new Map<string, MonitoringWire[]>();
  /** Whom a supervisor was rung into a call for: not twice into the same one. By supervisor and call. */
  readonly #offered = new Map<string, string>();

  override snapshot(dn: string): DnSnapshotWire {
    const monitoring = this.#wishes.get(dn) ?? [];
    return { ...super.snapshot(dn), ...(monitoring.length === 0 ? {} : { monitoring }) };
  }

  protected startMonitoring(command: VoiceCommand): TlibEvent {
    const { thisDN: supervisor = '', targetDN = '' } = command;
    if (targetDN === '9999' || targetDN === supervisor) throw new SwitchError(tlibErrors.invalidDestination);
    for (const [other, wishes] of this.#wishes)
      if (other !== supervisor && wishes.some(each => each.targetDN === targetDN)) throw new SwitchError(tlibErrors.invalidState);
    const { mode = 'Mute', next = 'AllCalls', scope = 'Call' } = wordsOf(command);
    const monitoring: MonitoringWire = { targetDN, mode, next, scope };
    this.#setWish(supervisor, monitoring);
    for (const [name, target] of this.#offered) if (name.startsWith(`${supervisor} `) && target === targetDN) this.#offered.delete(name);
    return this.emit(supervisor, { messageName: 'EventMonitoringNextCall', otherDN: targetDN, monitoring });
  }

  /** In a monitored call the supervisor goes over to another manner, and every party is told. */
  protected switchMonitoring(command: VoiceCommand): TlibEvent {
    const { call, leg, dn } = this.leg(command, ['Established', 'Held']);
    if (leg.monitor === undefined) throw new SwitchError(tlibErrors.invalidState);
    const { target } = leg.monitor;
    const { mode = leg.monitor.mode, scope } = wordsOf(command);
    leg.monitor = { mode, target };
    leg.role = roleOf(mode);
    const wish = this.#wishes.get(dn)?.find(each => each.targetDN === target);
    if (wish !== undefined) this.#setWish(dn, { ...wish, mode, scope: scope ?? wish.scope });
    for (const party of call.legs.keys()) if (party !== dn) this.emitCall('EventCallInfoChanged', call, party, { thirdPartyDN: dn });
    return this.emitCall('EventCallInfoChanged', call, dn, { thirdPartyDN: dn });
  }

  protected stopMonitoring(supervisor: string, target: string): TlibEvent {
    const wishes = this.#wishes.get(supervisor) ?? [];
    if (!wishes.some(each => each.targetDN === target)) throw new SwitchError(tlibErrors.invalidState);
    this.#wishes.set(
      supervisor,
      wishes.filter(each => each.targetDN !== target),
    );
    return this.emit(supervisor, { messageName: 'EventMonitoringCancelled', otherDN: target });
  }

  protected stopAllMonitoring(supervisor: string): void {
    for (const { targetDN } of [...(this.#wishes.get(supervisor) ?? [])]) this.stopMonitoring(supervisor, targetDN);
  }

  /** A supervisor picks up. */
  protected observe(call: FakeCall, dn: string, mode: MonitorMode): TlibEvent {
    const leg = call.legs.get(dn);
    if (leg !== undefined) Object.assign(leg, { state: 'Established', role: roleOf(mode) });
    const answer = this.emitCall('EventEstablished', call, dn);
    for (const party of call.legs.keys()) if (party !== dn) this.emitCall('EventPartyAdded', call, party, { thirdPartyDN: dn });
    return answer;
  }

  /** After each command: supervisors are rung into calls, leave with their agents, and what was for one call is over. */
  protected followMonitored(): void {
    for (const [supervisor, wishes] of this.#wishes)
      for (const wish of [...wishes])
        for (const call of [...this.calls.values()]) {
          this.#bring(call, supervisor, wish);
          const leg = call.legs.get(supervisor);
          const follows = leg?.monitor?.target === wish.targetDN && wish.scope === 'Agent' && !call.legs.has(wish.targetDN);
          if (follows) this.drop(call, supervisor);
        }
    this.#endSingleCalls();
  }

  #bring(call: FakeCall, supervisor: string, wish: MonitoringWire): void {
    const name = `${supervisor} ${call.connID}`;
    const target = call.legs.get(wish.targetDN);
    const hears = target?.state === 'Established' && target.monitor === undefined && call.callType !== 'Consult';
    if (!hears || call.legs.has(supervisor) || this.#offered.has(name)) return;
    this.#offered.set(name, wish.targetDN);
    call.legs.set(supervisor, { state: 'Ringing', role: 'RoleObserver', monitor: { mode: wish.mode, target: wish.targetDN } });
    this.emitCall('EventRinging', call, supervisor, { otherDN: wish.targetDN });
  }

  /** `OneCall` is over when the supervisor is out of the call that it was for. */
  #endSingleCalls(): void {
    for (const [supervisor, wishes] of this.#wishes)
      for (const { next, targetDN } of [...wishes]) {
        const offers = [...this.#offered].filter(([name, target]) => name.startsWith(`${supervisor} `) && target === targetDN);
        const heard = offers.some(([name]) => this.calls.get(name.split(' ')[1] ?? '')?.legs.has(supervisor) !== true);
        if (next === 'OneCall' && heard) this.stopMonitoring(supervisor, targetDN);
      }
  }

  #setWish(supervisor: string, wish: MonitoringWire): void {
    const others = (this.#wishes.get(supervisor) ?? []).filter(each => each.targetDN !== wish.targetDN);
    this.#wishes.set(supervisor, [...others, wish]);
  }
}

type Words = { mode?: MonitorMode; next?: MonitoringWire['next']; scope?: MonitoringWire['scope'] };

/** The manner of monitoring, from the command's extensions. */
function wordsOf({ extensions = [] }: VoiceCommand): Words {
  const word = (key: string): string | undefined => {
    const pair = extensions.find(each => each.key === key);
    return pair?.type === 'str' ? pair.value : undefined;
  };
  const pairs = { mode: word('MonitorMode'), next: word('MonitorNextCallType'), scope: word('MonitorScope') };
  return Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== undefined));
}
