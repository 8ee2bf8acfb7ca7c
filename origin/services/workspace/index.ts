/** The agent session API: sessions, voice, targets and users of `/workspace/v3`. */
export { seedDemoContacts } from './contacts/index.ts';
export { createWorkspace } from './workspace.ts';
