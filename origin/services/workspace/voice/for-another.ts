import type { VoiceCommand, VoiceServer } from '../../../contracts/voice.ts';
import type { AgentSession } from '../session/agent-session.ts';
import { outcomeOf } from './send.ts';
import type { Outcome } from './send.ts';

/**
 * A supervisor's command on somebody else's phone. It is no act of that phone's owner, so it carries no epoch: the supervisor's own would be compared with the
 * owner's, and either be refused or make the owner's commands look stale. Whether the supervisor may act is asked all the same.
 */
export async function sendForAnother(
  session: AgentSession,
  server: VoiceServer,
  command: VoiceCommand & { thisDN: string },
  stampMs: number,
): Promise<Outcome> {
  const admission = await session.owned.admission(stampMs);
  if (!session.alive || !admission.ok || !admission.value().ok) return { kind: 'refused', code: 'ownership.unsure' };
  // A switch takes commands of those only who are registered on the DN, and its owner may be another node.
  const forget = server.listen(command.thisDN, () => undefined);
  try {
    return outcomeOf(await server.request(command, { deadlineMs: session.parts.times.commandMs }), session, command);
  } finally {
    forget();
  }
}
