import { channels, digitalChannels } from '@handover/shared/api/workspace';
import { assertNever } from '@handover/shared/result';
import type { ServiceStateChangedWire } from '@handover/shared/api/workspace';
import type { IxnEvent, MediaType } from '@handover/shared/genesys';
import type { InteractionServer } from '../../../contracts/interaction.ts';
import type { DeskHost, Seat } from './host.ts';
import { ChatListeners } from './chat-listeners.ts';
import { emptyDigital } from './interaction.ts';
import type { DigitalState, DigitalStep, DigitalTold, Ending, Interaction } from './interaction.ts';
import { digitalPassportOf } from './passport.ts';
import type { DigitalPassport } from './passport.ts';
import { reduceDigital } from './reduce.ts';
import { digitalMessage } from './wire.ts';
import type { DigitalContext } from './wire.ts';
import { WorkbinWatch } from './workbin-watch.ts';

const maxQueued = 64;
const missedAgainMs = 5_000;

/** What follows in the desk's turn: of what the server took away because it missed a client that we are not, or not any more. */
export interface Missed {
  interaction: (interaction: Interaction) => void;
  login: () => void;
  /** A chat that is monitored from now on. */
  chat: (id: string) => void;
}

/** `fresh`: nobody has said so yet; a login that the server has already keeps its states. */
export type Wanted = Pick<DigitalState, 'media' | 'dnd'> & { fresh?: true };

/** The operation under way: its events carry its id, and what it ends is told by its name. */
export interface UnderWay {
  operationId: string | undefined;
  id?: string;
  as?: Ending;
}

/**
 * The digital side of an agent session as an actor beside voice, so that neither waits for the other: the state that the Interaction
 * Server's events make, and a queue in which whatever changes it runs one after the other. It decides nothing; `operations/` and
 * `take-up.ts` do.
 */
export class Desk {
  readonly host: DeskHost;
  readonly chats: ChatListeners;
  readonly workbins: WorkbinWatch;
  state: DigitalState = emptyDigital;
  server: InteractionServer | undefined;
  seat: Seat | undefined;
  serviceState: ServiceStateChangedWire['serviceState'] = 'AVAILABLE';
  /** How the media should stand while the server is being told so; meanwhile what it says of them is not news. */
  wanted: Wanted | undefined;
  underWay: UnderWay | undefined;
  /** The agent is being logged out because somebody wants it. */
  loggingOut = false;
  #missed: Missed = { interaction: () => undefined, login: () => undefined, chat: () => undefined };
  #missedLoginMs = -Infinity;
  #queue: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #seen = new WeakSet<IxnEvent>();
  #unbind: (() => void)[] = [];
  #over = false;

  constructor(host: DeskHost) {
    this.host = host;
    this.chats = new ChatListeners(host, info => this.apply(info));
    this.workbins = new WorkbinWatch(host, () => this.context);
  }

  get alive(): boolean {
    return !this.#over;
  }

  get context(): DigitalContext {
    return { tenantId: this.host.person?.tenantDBID ?? 0 };
  }

  /** Runs the job after those before it; undefined when too many wait already. */
  run<T>(job: () => Promise<T>): Promise<T> | undefined {
    if (this.#queued >= maxQueued) return undefined;
    this.#queued += 1;
    const turn = this.#queue.then(job).finally(() => {
      this.#queued -= 1;
    });
    this.#queue = turn.catch((fault: unknown) => {
      this.host.parts.log.warn('digital work failed', { session: this.host.key.person, fault: String(fault) });
    });
    return turn;
  }

  /** Points the desk at a server and hears the agent's events there; `missed` gets what the server took away by mistake. */
  bind(server: InteractionServer, seat: Seat, missed: Missed): void {
    const watched = this.workbins.all();
    this.unbind();
    this.server = server;
    this.seat = seat;
    for (const workbin of watched) this.workbins.watch(server, workbin);
    this.#missed = missed;
    this.#unbind.push(server.listen(seat.agentID, event => this.apply(event)));
  }

  onUnbind(end: () => void): void {
    this.#unbind.push(end);
  }

  unbind(): void {
    for (const end of this.#unbind.splice(0)) end();
    this.chats.closeAll();
    this.workbins.closeAll();
    this.server = undefined;
  }

  /** Takes one event in; once, however it came (to the listener, or as the answer of a request). */
  apply(event: IxnEvent): void {
    if (this.#over || this.#seen.has(event)) return;
    this.#seen.add(event);
    if (this.#isMissedLogin(event)) return this.#missed.login();
    this.take(reduceDigital(this.state, event, this.seat?.agentID ?? '', (id, as) => this.#ending(id, as)));
  }

  /** Logged out, and nobody asked for it: the server missed a node that had logged the agent in. Not twice in a row, as somebody may insist. */
  #isMissedLogin(event: IxnEvent): boolean {
    if (event.messageName !== 'EventCurrentAgentStatus' || event.snapshot.loggedIn || !this.state.loggedIn) return false;
    if (this.loggingOut || this.wanted !== undefined) return false;
    const nowMs = this.host.parts.clock.now();
    if (nowMs - this.#missedLoginMs < missedAgainMs) return false;
    this.#missedLoginMs = nowMs;
    return true;
  }

  #ending(id: string, as: Ending): Ending {
    return this.underWay?.id === id && this.underWay.as !== undefined ? this.underWay.as : as;
  }

  /** Makes the step's state ours and tells its messages. */
  take(step: DigitalStep): void {
    if (this.#over) return;
    this.state = step.state;
    this.chats.settle(this.state);
    this.tell(step.told);
    for (const interaction of step.takeBack ?? []) this.#missed.interaction(interaction);
    if (step.joinChat !== undefined) this.#missed.chat(step.joinChat);
    // Lines travel when they are settled.
    if (step.told.some(each => each.kind !== 'lines')) this.host.savePassport();
  }

  tell(told: readonly DigitalTold[], clientIds: Iterable<string> = this.host.attachments.clients()): void {
    if (this.#over || told.length === 0) return;
    const clients = [...clientIds];
    for (const each of told) {
      if (each.kind === 'media' && this.wanted !== undefined) continue;
      if (each.kind === 'lines') this.chats.told(each.id, each.lines);
      const message = digitalMessage(each, this.context, this.#echo(each));
      this.host.parts.hub.deliver(clients, this.channelOf(each), message);
    }
  }

  /** What an operation could not do, after its answer. */
  tellError(
    fault: { mediaType: MediaType | undefined; id: string | undefined; errorCode: string; errorMessage: string },
    operationId: string,
  ): void {
    if (this.#over) return;
    const told = { kind: 'error' as const, ...fault };
    this.host.parts.hub.deliver(
      [...this.host.attachments.clients()],
      this.channelOf(told),
      digitalMessage(told, this.context, operationId),
    );
  }

  #echo(told: DigitalTold): string | undefined {
    if (this.underWay === undefined) return undefined;
    return idOf(told) === this.underWay.id ? this.underWay.operationId : undefined;
  }

  channelOf(told: DigitalTold): string {
    switch (told.kind) {
      case 'media':
        return channels.media;
      case 'interaction':
        return digitalChannels.interaction(told.interaction.properties.mediaType);
      case 'lines':
        return digitalChannels.interaction(this.state.interactions.get(told.id)?.properties.mediaType ?? 'chat');
      case 'monitoring':
        return digitalChannels.interaction(told.monitoring.mediaType);
      case 'error':
        return told.mediaType === undefined ? channels.media : digitalChannels.interaction(told.mediaType);
    }
  }

  setService(serviceState: ServiceStateChangedWire['serviceState']): void {
    if (this.#over || serviceState === this.serviceState) return;
    this.serviceState = serviceState;
    this.host.parts.hub.deliver([...this.host.attachments.clients()], channels.media, this.serviceMessage());
  }

  serviceMessage(): ServiceStateChangedWire {
    return { messageType: 'ServiceStateChanged', serviceName: 'IXN', serviceState: this.serviceState };
  }

  passport(): DigitalPassport | undefined {
    return digitalPassportOf(this);
  }

  /** Drops everything in this tick; nothing is sent any more. */
  stop(): void {
    this.#over = true;
    this.unbind();
  }
}

/** The interaction that it is about, if it is about one. */
function idOf(told: DigitalTold): string | undefined {
  switch (told.kind) {
    case 'interaction':
      return told.interaction.properties.interactionID;
    case 'lines':
    case 'error':
      return told.id;
    case 'media':
    case 'monitoring':
      return undefined;
    default:
      return assertNever(told);
  }
}
