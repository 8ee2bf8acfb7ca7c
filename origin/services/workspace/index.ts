/** The agent session API: sessions, voice, targets and users of `/workspace/v3`. */
export { createWorkspace } from './workspace.ts';
