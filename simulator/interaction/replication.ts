import type { StandbyModel } from '../standby/index.ts';
import { StandbyFeed, StandbyFollower } from '../standby/index.ts';
import type { IxnInput } from './messages.ts';
import type { IxnState, IxnStateEntry } from './state.ts';
import { stateEntries, stateFromEntries } from './state.ts';
import { step } from './step.ts';

const model: StandbyModel<IxnState, IxnStateEntry, IxnInput> = { entries: stateEntries, fromEntries: stateFromEntries, step };

export type InteractionFeed = StandbyFeed<IxnState, IxnStateEntry, IxnInput>;
export const createFeed = (): InteractionFeed => new StandbyFeed(model);
export const createFollower = (): StandbyFollower<IxnState, IxnStateEntry, IxnInput> => new StandbyFollower(model);
