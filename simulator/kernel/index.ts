export { nextDeadline, step, worldView } from './kernel.ts';
export type { KernelEvent, KernelInput, KernelOutput, PhoneCall, TrunkMessage } from './messages.ts';
export { isKernelRequest } from './requests.ts';
export { callSnapshot, dnSnapshot } from './snapshot.ts';
export type { AgentState, KernelOptions, KernelState, Login, Routing, StateEntry } from './state.ts';
export { defaultOptions, defaultRouting, emptyState, stateEntries, stateFromEntries } from './state.ts';
