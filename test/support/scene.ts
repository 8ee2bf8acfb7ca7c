import { countLogins, startAgent, type Agent } from './agent.ts';
import { brokenInvariant, commandsNamed, siteLog, type SiteCommand } from './site-log.ts';
import { sessionOf, statusOf, type SessionStatus, type Status } from './situation.ts';
import type { RunningSystem } from './system.ts';

/** Commands that must never be executed twice for one wish of an agent. */
const onceCommands = /MakeCall|Initiate|CompleteTransfer|CompleteConference|SingleStep|AttachUserData|SendDtmf/;

/** What must not have happened to an agent since the scene began. All zero or empty is unharmed. */
export interface Harm {
  /** Commands of an older epoch after the first one of a newer. */
  outdated: SiteCommand[];
  /** Commands of the class `once` that a server received twice. */
  twice: string[];
  agentLogins: number;
  agentLogouts: number;
  /** Logins that the clients of this process made. */
  clientLogins: number;
  handshakes: number;
}
export const unharmed: Harm = { outdated: [], twice: [], agentLogins: 0, agentLogouts: 0, clientLogins: 0, handshakes: 0 };

/** Two agents who talk to each other, observed from then on. */
export interface Scene {
  readonly ann: Agent;
  readonly bob: Agent;
  /** Of their call, the same on both sides. */
  readonly callId: string;
  /** Ann's agent session as it was when the scene began. */
  readonly before: SessionStatus;
  /** When it began, or was begun anew. */
  readonly startedMs: number;
  /** What happened so far was preparation: harm is counted from now on. */
  begin(): void;
  /** Ann's agent session now; rejects unless there is exactly one. */
  now(): Promise<SessionStatus>;
  status(): Promise<Status>;
  harmTo(agent: Agent): Promise<Harm>;
  /** Ends what the scene began. */
  end(): Promise<void>;
}

/** Ann calls Bob, who answers. `users`: who plays them. */
export async function startScene(system: RunningSystem, users: readonly [string, string] = ['agent1', 'agent2']): Promise<Scene> {
  const [ann, bob] = await Promise.all([startAgent(system.url, users[0]), startAgent(system.url, users[1])]);
  const callId = await connect(ann, bob);
  const before = await sessionOf(system, ann.user);
  const logins = countLogins();
  let startedMs = Date.now();
  let loginsBefore = 0;
  return {
    ann,
    bob,
    callId,
    before,
    get startedMs() {
      return startedMs;
    },
    begin() {
      startedMs = Date.now();
      loginsBefore = logins.count();
    },
    now: () => sessionOf(system, ann.user),
    status: () => statusOf(system),
    async harmTo(agent) {
      const log = await siteLog(system.url, agent.dn, startedMs);
      return {
        // Epochs are judged from the agent's first command on.
        outdated: brokenInvariant(await siteLog(system.url, agent.dn)).filter(command => command.atMs >= startedMs),
        twice: twiceIn(log),
        agentLogins: commandsNamed(log, 'AgentLogin').length,
        agentLogouts: commandsNamed(log, 'AgentLogout').length,
        clientLogins: logins.count() - loginsBefore,
        handshakes: agent.handshakes(),
      };
    },
    async end() {
      logins.stop();
      await Promise.all([ann.leave(), bob.leave()]);
    },
  };
}

/** One agent calls another, who answers; resolves when both are told that they talk. */
export async function connect(caller: Agent, called: Agent): Promise<string> {
  const marks = [caller.events.mark(), called.events.mark()] as const;
  await caller.voice.makeCall(called.dn);
  const { id } = await called.callIn('Ringing', undefined, marks[1]);
  await called.voice.answerCall(id);
  await Promise.all([caller.callIn('Established', id, marks[0]), called.callIn('Established', id, marks[1])]);
  return id;
}

function twiceIn(log: readonly SiteCommand[]): string[] {
  const wishes = log
    .filter(command => onceCommands.test(command.messageName))
    .map(command => `${command.messageName} ${command.connId ?? ''}`);
  return wishes.filter((wish, index) => wishes.indexOf(wish) !== index);
}

/** Holds the call and takes it back, as the agent sees it. */
export async function holdAndRetrieve(agent: Agent, callId: string): Promise<void> {
  const from = agent.events.mark();
  await agent.voice.holdCall(callId);
  await agent.callIn('Held', callId, from);
  const held = agent.events.mark();
  await agent.voice.retrieveCall(callId);
  await agent.callIn('Established', callId, held);
}

/** The far end hangs up, and the agent is told. */
export async function endByFarEnd(scene: Scene): Promise<void> {
  const from = scene.ann.events.mark();
  await scene.bob.voice.releaseCall(scene.callId);
  await scene.ann.callIn('Released', scene.callId, from);
}
