import type { Logger } from '@handover/shared/log';
import type { RequestVariables, WebSession } from '../../../contracts/workspace.ts';
import type { AgentSession } from '../session/agent-session.ts';
import type { Attachment } from '../session/attachments.ts';

/** The variables of a request inside the service. */
export interface WorkspaceEnv {
  Variables: RequestVariables & {
    log: Logger;
    /** Set behind the guard: who asks, and by which web session. */
    session: AgentSession;
    attachment: Attachment;
    webSession: WebSession;
  };
}
