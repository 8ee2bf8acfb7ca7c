/** The Statistics API's wire: request schemas, event and answer types. */
export * from './requests.ts';
export * from './values.ts';
