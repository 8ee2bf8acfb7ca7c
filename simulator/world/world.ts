import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import { newConnId } from '@handover/shared/ids';
import type { LineConnection, LineServer } from '../wire/index.ts';
import { listenLines } from '../wire/index.ts';
import type { AgentState } from '../kernel/index.ts';
import { Arbiter } from './arbiter.ts';
import { CommandLog } from './command-log.ts';
import { Phones } from './phones.ts';
import type { CustomerVisit, FromWorld, ToWorld } from './protocol.ts';
import { serverKinds, silenceMs } from './protocol.ts';

type Answer = Extract<ToWorld, { messageName: 'Called' | 'Submitted' }>;

const checkEveryMs = 100;
const callAnswerMs = 1_000;

export interface DnView {
  number: string;
  loggedIn: boolean;
  agentId?: string;
  state: AgentState;
}

export type Visited = { interactionId: string } | { error: 'no-server' | 'refused' | 'no-answer'; detail?: string };

/** What the control endpoint may ask of a world. */
export interface World {
  readonly port: number;
  readonly commands: CommandLog;
  /** Dials; resolves with the ConnID, or says why there is no call. */
  call(from: string, to: string): Promise<{ call: string } | { error: 'no-server' | 'refused' | 'no-answer'; detail?: string }>;
  /** The external parties of a call hang up, or all when there is none; false when nobody knows the call. */
  hangup(connId: string): boolean;
  /** A customer comes; resolves with the interaction's id, or says why there is none. */
  visit(visit: CustomerVisit): Promise<Visited>;
  /** The customer of a chat says something, or without text leaves. */
  actInChat(interactionID: string, text: string | undefined): Promise<Visited>;
  /** Whether an agent, by employee id or user name, is logged in for media here. */
  media(agent: string): boolean;
  /** Makes this site's Configuration Server the master; false when there is none. */
  promoteConfiguration(): boolean;
  dn(number: string): DnView;
  state(): { site: string; servers: { name: string; kind: string; role: string; synchronised: boolean }[]; calls: number };
  close(): Promise<void>;
}

/** Opens the place where a site's servers meet phones, customers and the arbiter of their roles. */
export async function openWorld(options: { site: string; host: string; port: number; clock: Clock; log: Logger }): Promise<World> {
  const { clock, log } = options;
  const connections = new Map<string, LineConnection>();
  const commands = new CommandLog();
  const agents = new Map<string, { agentId?: string; state: AgentState }>();
  const mediaAgents = new Set<string>();
  const asked = new Map<number, (answer: Answer | undefined) => void>();
  let request = 0;
  const tell = (id: string, message: FromWorld): void => connections.get(id)?.send(message);
  const arbiter = new Arbiter(tell);
  const toPrimary = (message: FromWorld, kind: 'sip' | 'interaction' = 'sip'): boolean => {
    const primary = arbiter.primary(kind);
    if (primary === undefined) return false;
    tell(primary.id, message);
    return true;
  };
  const phones = new Phones(clock, message => void toPrimary(message));

  /** Asks the primary for something; undefined when it does not answer. */
  const ask = async (messageOf: (request: number) => FromWorld, kind: 'sip' | 'interaction'): Promise<Answer | 'no-server' | undefined> => {
    const number = (request += 1);
    const answer = await new Promise<Answer | 'no-server' | undefined>(resolve => {
      const stop = clock.after(callAnswerMs, () => resolve(undefined));
      asked.set(number, answered => {
        stop();
        resolve(answered);
      });
      if (!toPrimary(messageOf(number), kind)) resolve('no-server');
    });
    asked.delete(number);
    return answer;
  };

  const toCustomer = async (messageOf: (request: number) => FromWorld): Promise<Visited> => {
    const answer = await ask(messageOf, 'interaction');
    if (answer === 'no-server') return { error: 'no-server' };
    if (answer?.messageName !== 'Submitted') return { error: 'no-answer' };
    const { interactionID, error } = answer;
    return interactionID === undefined ? { error: 'refused', detail: error ?? '' } : { interactionId: interactionID };
  };

  const receive = (id: string, message: ToWorld): void => {
    const now = clock.monotonic();
    const fromPrimary = (): boolean => arbiter.primary('sip')?.id === id;
    switch (message.messageName) {
      case 'Hello':
        log.info('server is here', { server: message.server, wish: message.role });
        return arbiter.hello(id, message, now);
      case 'Ping':
        arbiter.heard(id, message.synchronised, now);
        return tell(id, { messageName: 'Pong', number: message.number });
      case 'Commands':
        return commands.add(message.entries);
      case 'Call':
        if (fromPrimary()) phones.update(message.call);
        return;
      case 'CallEnded':
        if (fromPrimary()) phones.ended(message.connId);
        return;
      case 'Agent':
        if (!fromPrimary()) return;
        agents.set(message.dn, { state: message.state, ...(message.agentId === undefined ? {} : { agentId: message.agentId }) });
        return;
      case 'Takeover':
        if (!fromPrimary()) return;
        agents.clear();
        return phones.keepOnly(message.connIds);
      case 'MediaTakeover':
        return mediaAgents.clear();
      case 'MediaAgent':
        for (const name of message.names)
          if (message.loggedIn) mediaAgents.add(name);
          else mediaAgents.delete(name);
        return;
      case 'Called':
      case 'Submitted':
        asked.get(message.request)?.(message);
        return;
      default:
        log.warn('unknown message from a server', { messageName: String((message as { messageName: unknown }).messageName) });
    }
  };

  const server: LineServer = await listenLines({
    host: options.host,
    port: options.port,
    onConnection(connection) {
      connections.set(connection.id, connection);
      return {
        onMessage: message => receive(connection.id, message as unknown as ToWorld),
        onFault: () => connection.close(),
        onClose() {
          connections.delete(connection.id);
          arbiter.left(connection.id, clock.monotonic());
        },
      };
    },
  });

  let lastCheck = clock.monotonic();
  const check = setInterval(() => {
    const now = clock.monotonic();
    if (now - lastCheck > silenceMs / 2) arbiter.forgive(now);
    lastCheck = now;
    arbiter.check(now);
  }, checkEveryMs);

  return {
    port: server.port,
    commands,
    async call(from, to) {
      const connId = newConnId();
      const answer = await ask(number => ({ messageName: 'PhoneCall', request: number, connId, from, to }), 'sip');
      if (answer === 'no-server') return { error: 'no-server' };
      if (answer === undefined) return { error: 'no-answer' };
      return answer.error === undefined ? { call: connId } : { error: 'refused', detail: answer.error };
    },
    visit: visit => toCustomer(number => ({ messageName: 'CustomerComes', request: number, visit })),
    actInChat: (interactionID, text) =>
      toCustomer(number =>
        text === undefined
          ? { messageName: 'CustomerLeaves', request: number, interactionID }
          : { messageName: 'CustomerSays', request: number, interactionID, text },
      ),
    media: agent => mediaAgents.has(agent),
    hangup(connId) {
      const call = phones.get(connId);
      if (call === undefined) return false;
      const external = call.parties.filter(party => party.kind === 'external');
      if (external.length === 0) return toPrimary({ messageName: 'PhoneHangup', connId });
      return external.every(party => toPrimary({ messageName: 'PhoneHangup', connId, number: party.number }));
    },
    promoteConfiguration() {
      const primary = arbiter.primary('config');
      if (primary === undefined) return false;
      tell(primary.id, { messageName: 'Promote' });
      return true;
    },
    dn(number) {
      const agent = agents.get(number);
      const state = agent?.state ?? 'LoggedOut';
      return { number, loggedIn: state !== 'LoggedOut', state, ...(agent?.agentId === undefined ? {} : { agentId: agent.agentId }) };
    },
    state: () => ({
      site: options.site,
      servers: serverKinds
        .flatMap(kind => arbiter.of(kind))
        .map(member => ({
          name: member.server,
          kind: member.kind,
          role: member.role ?? 'Unknown',
          synchronised: member.synchronised,
        })),
      calls: phones.all().length,
    }),
    async close() {
      clearInterval(check);
      await server.close();
    },
  };
}
