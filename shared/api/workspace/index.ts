/** The Workspace API's wire: request schemas, event and answer types. */
export * from './kv.ts';
export * from './requests.ts';
export * from './events.ts';
export * from './answers.ts';
export * from './digital-requests.ts';
export * from './ucs-requests.ts';
export * from './digital-events.ts';
