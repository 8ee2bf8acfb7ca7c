import type { AgentSession } from '../session/agent-session.ts';
import { send } from './send.ts';

/** Logs the agent out, gives the DN back and ends the session for good. A switch that does not answer does not keep the session alive. */
export async function leave(session: AgentSession, reason: 'logout' | 'linger', stampMs: number): Promise<void> {
  const { channel } = session.state;
  if (channel !== undefined && session.server?.state === 'up') {
    if (channel.agentState !== 'LoggedOut') await send(session, { messageName: 'RequestAgentLogout', thisDN: channel.dn }, { stampMs });
    await send(session, { messageName: 'RequestUnregisterAddress', thisDN: channel.dn }, { stampMs: session.parts.clock.now() });
  }
  session.owned.detachDn();
  session.stop();
  await session.owned.end(reason);
}
