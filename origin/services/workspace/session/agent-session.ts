import { channels } from '@handover/shared/api/workspace';
import type { ServiceStateChangedWire } from '@handover/shared/api/workspace';
import type { CfgPerson, TlibEvent } from '@handover/shared/genesys';
import type { AgentSessionKey, Owned } from '../../../contracts/ownership.ts';
import type { VoiceServer } from '../../../contracts/voice.ts';
import { Desk } from '../digital/desk.ts';
import type { SessionParts } from './parts.ts';
import { Attachments, settleMs } from './attachments.ts';
import { freshChannel } from './channel.ts';
import type { ChannelTarget } from './channel.ts';
import { Echo } from './echo.ts';
import { Lately } from './lately.ts';
import { passportOf } from './passport.ts';
import type { Leftover, Passport } from './passport.ts';
import { Remembered } from './remembered.ts';
import { emptyVoice, reduceVoice, resync } from './reduce.ts';
import type { Step, Told, VoiceState } from './reduce.ts';
import { voiceMessage } from './wire.ts';
import type { WireContext } from './wire.ts';

const maxCollected = 1000;
const maxQueued = 64;
const writtenWithinMs = 250;
/** A client that did not fetch the good news by then has looked for itself. */
const toldAgainMs = 10_000;

/**
 * One agent session as an actor: the web sessions that joined it, the voice state that its events make, and a queue in which whatever
 * changes it runs one after the other. It decides nothing about voice; `voice/` and `operations/` do.
 */
export class AgentSession {
  readonly key: AgentSessionKey;
  readonly owned: Owned;
  readonly parts: SessionParts;
  readonly attachments: Attachments;
  readonly echo = new Echo();
  readonly lately = new Lately();
  /** The digital work beside the calls. */
  readonly desk: Desk;
  readonly remembered: Remembered;
  /** When it came to this node, wall clock ms. */
  readonly sinceMs: number;
  state: VoiceState = emptyVoice;
  serviceState: ServiceStateChangedWire['serviceState'] = 'AVAILABLE';
  /** Where the agent is still logged in after a change of the site. */
  leftover: Leftover | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #collected: TlibEvent[] | undefined;
  #seen = new WeakSet<TlibEvent>();
  #unbind: (() => void)[] = [];
  /** Until then clients may think that voice is away. */
  #awayUntilMs = 0;
  #passportDue = false;
  #cancelSettling = (): void => undefined;
  #over = false;

  constructor(key: AgentSessionKey, owned: Owned, parts: SessionParts) {
    this.key = key;
    this.owned = owned;
    this.parts = parts;
    this.sinceMs = parts.clock.now();
    this.remembered = new Remembered(parts.clock);
    this.attachments = new Attachments(clientId => parts.hub.disconnect(clientId));
    this.desk = new Desk(this);
  }

  /** False once it was dropped; then nothing is sent any more. */
  get alive(): boolean {
    return !this.#over;
  }

  get person(): CfgPerson | undefined {
    return this.parts.configuration.personByUserName(this.key.person);
  }

  get supervisor(): boolean {
    return this.person?.roles.includes('ROLE_SUPERVISOR') === true;
  }

  /** The SIP Server of the channel. */
  get server(): VoiceServer | undefined {
    return this.state.channel === undefined ? undefined : this.parts.voice.bySwitch(this.state.channel.switchName);
  }

  get wireContext(): WireContext {
    return { nowMs: this.parts.clock.now(), ownDn: this.state.channel?.dn ?? '', supervisor: this.supervisor };
  }

  /** The channel's first login is under way: nobody is told of it yet. */
  get opening(): boolean {
    return this.#collected !== undefined && this.serviceState === 'AVAILABLE' && this.state.channel?.agentState === 'LoggedOut';
  }

  /** Runs the job after those before it; undefined when too many wait already. */
  run<T>(job: () => Promise<T>): Promise<T> | undefined {
    if (this.#queued >= maxQueued) return undefined;
    this.#queued += 1;
    const turn = this.#queue.then(job).finally(() => {
      this.#queued -= 1;
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Points the session at a DN and hears its events, which are kept back until `settle`. */
  bind(target: ChannelTarget, server: VoiceServer, state?: VoiceState): void {
    this.unbind();
    this.state = state ?? { ...this.state, channel: freshChannel(target, this.parts.clock.now()) };
    this.collect();
    this.#unbind.push(server.listen(target.dn, event => this.#hear(event)));
  }

  /** Keeps events back until `settle`. */
  collect(): void {
    this.#collected ??= [];
  }

  /** Whatever must end with the binding, e.g. a listener on the link. */
  onUnbind(end: () => void): void {
    this.#unbind.push(end);
  }

  unbind(): void {
    for (const end of this.#unbind.splice(0)) end();
    this.#collected = undefined;
  }

  /** Goes on from the switch's description of the DN: it covers every event the server sent before it; later ones follow. */
  settle(answer: TlibEvent, everything: boolean): void {
    const kept = this.#collected ?? [];
    this.#collected = undefined;
    if (answer.dn !== undefined) this.take(resync(this.state, answer.dn, answer.time, everything));
    this.#seen.add(answer);
    for (const event of kept) {
      const covered = event.server === answer.server && event.eventSequenceNumber <= answer.eventSequenceNumber;
      if (!covered) this.apply(event);
    }
  }

  #hear(event: TlibEvent): void {
    if (this.#collected === undefined) this.apply(event);
    else if (this.#collected.length < maxCollected) this.#collected.push(event);
  }

  /** Takes one event in; once, however it came (to the listener, or as the answer of a request). */
  apply(event: TlibEvent): void {
    if (this.#over || this.#collected !== undefined || this.#seen.has(event)) return;
    this.#seen.add(event);
    this.take(reduceVoice(this.state, event), this.echo.of(event));
  }

  /** Makes the step's state ours and tells its messages. */
  take(step: Step, operationId?: string): void {
    if (this.#over) return;
    this.#become(step);
    this.tell(step.told, operationId);
    this.savePassport();
  }

  #become(step: Step): void {
    this.state = step.state;
    this.lately.note(step.told, this.parts.clock.now());
  }

  /**
   * As `take`, but the passport is written before anybody hears of it, within a limit: what only we know must not return with the next node
   * after a client was told.
   */
  async takeForGood(step: Step, operationId?: string): Promise<void> {
    if (this.#over) return;
    this.#become(step);
    this.owned.savePassport(this.passport());
    await this.owned.passportWritten(writtenWithinMs);
    this.tell(step.told, operationId);
  }

  tell(told: readonly Told[], operationId?: string, clientIds: Iterable<string> = this.attachments.clients()): void {
    if (this.#over || told.length === 0) return;
    const clients = [...clientIds];
    const context = this.wireContext;
    for (const each of told) this.parts.hub.deliver(clients, channels.voice, voiceMessage(each, context, operationId));
  }

  setService(serviceState: ServiceStateChangedWire['serviceState']): void {
    if (this.#over || serviceState === this.serviceState) return;
    this.serviceState = serviceState;
    this.#awayUntilMs = serviceState === 'UNAVAILABLE' ? Infinity : this.parts.clock.now() + toldAgainMs;
    this.savePassport();
    this.parts.hub.deliver([...this.attachments.clients()], channels.voice, this.serviceMessage());
  }

  /** Clients were told by another node that voice is away: they hear when it is not. */
  cameAway(): void {
    this.serviceState = 'UNAVAILABLE';
    this.#awayUntilMs = Infinity;
  }

  serviceMessage(): ServiceStateChangedWire {
    return { messageType: 'ServiceStateChanged', serviceName: 'VOICE', serviceState: this.serviceState };
  }

  passport(): Passport {
    const { state, attachments, leftover, lately } = this;
    const nowMs = this.parts.clock.now();
    return passportOf({
      state,
      attachments,
      hub: this.parts.hub,
      leftover,
      away: nowMs < this.#awayUntilMs,
      digital: this.desk.passport(),
      lately: lately.current(nowMs),
      nowMs,
    });
  }

  /** Once per tick, however much changed in it. */
  savePassport(): void {
    if (this.#passportDue || this.#over) return;
    this.#passportDue = true;
    queueMicrotask(() => {
      this.#passportDue = false;
      if (!this.#over && this.owned.current) this.owned.savePassport(this.passport());
    });
  }

  /** A client came or subscribed: that goes into the passport now, and again when it is settled. */
  settleClient(clientId: string): void {
    const { clock } = this.parts;
    this.attachments.unsettle(clientId, clock.now());
    this.savePassport();
    this.#cancelSettling();
    this.#cancelSettling = clock.after(settleMs, () => this.savePassport());
  }

  /** Drops the session in this tick; nothing of it is sent any more. */
  stop(): void {
    this.#over = true;
    this.#cancelSettling();
    this.desk.stop();
    this.unbind();
  }
}
