export { nextDeadline, step, worldView } from './kernel.ts';
export type { KernelEvent, KernelInput, KernelOutput, PhoneCall, Requester } from './messages.ts';
export type { FacadeRequestName } from './requests.ts';
export { isKernelRequest } from './requests.ts';
export { callSnapshot, dnSnapshot } from './snapshot.ts';
export type { AgentState, KernelOptions, KernelState, StateEntry } from './state.ts';
export { defaultOptions, emptyState, stateEntries, stateFromEntries } from './state.ts';
