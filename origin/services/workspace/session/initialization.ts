import { channels } from '@handover/shared/api/workspace';
import type { InitializationCompleteWire } from '@handover/shared/api/workspace';
import { configurationWire } from '../directory/configuration.ts';
import { userWire } from '../directory/user.ts';
import type { AgentSession } from './agent-session.ts';

/** Tells a client who its agent is and how the workspace is configured. */
export function tellInitialization(session: AgentSession, clientId: string): void {
  const { person, parts } = session;
  if (person === undefined) return;
  const flat = session.attachments.flatFor(clientId);
  const types = ['actionCodes', 'settings', 'agentGroups', 'businessAttributes', 'transactions'] as const;
  const message: InitializationCompleteWire = {
    messageType: 'WorkspaceInitializationComplete',
    state: 'Complete',
    submittedAt: new Date(parts.clock.now()).toISOString(),
    executionTime: 0,
    actualWaitTime: 0,
    data: {
      user: userWire(person, parts.configuration, parts.voice, flat),
      configuration: configurationWire(person, parts.configuration, types, flat),
    },
  };
  parts.hub.deliver([clientId], channels.initialization, message);
}
