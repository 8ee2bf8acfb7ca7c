/** The agent session API: sessions, voice, targets and users of `/workspace/v3`. */
export { createWorkspace } from './workspace.ts';
export type { Workspace, WorkspaceHooks, WorkspaceParts, WorkspaceStatus } from './workspace.ts';
export { voiceOperations } from './operations/table.ts';
