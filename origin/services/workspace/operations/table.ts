import { agentRows } from './agent-rows.ts';
import { callRows } from './call-rows.ts';
import type { Operation } from './row.ts';
import { supervisorRows } from './supervisor-rows.ts';

/** Every voice operation of the API; routes, documentation and tests are made from it. All are POST. */
export const voiceOperations: readonly Operation[] = [...agentRows, ...callRows, ...supervisorRows];
