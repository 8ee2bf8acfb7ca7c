import type { KernelInput, KernelState, StateEntry } from '../kernel/index.ts';
import { stateEntries, stateFromEntries, step } from '../kernel/index.ts';
import type { StandbyModel } from '../standby/index.ts';
import { StandbyFeed, StandbyFollower } from '../standby/index.ts';

const model: StandbyModel<KernelState, StateEntry, KernelInput> = { entries: stateEntries, fromEntries: stateFromEntries, step };

export type SwitchFeed = StandbyFeed<KernelState, StateEntry, KernelInput>;
export const createFeed = (): SwitchFeed => new StandbyFeed(model);
/** A kernel that lives through the primary's inputs. */
export const createFollower = (): StandbyFollower<KernelState, StateEntry, KernelInput> => new StandbyFollower(model);
