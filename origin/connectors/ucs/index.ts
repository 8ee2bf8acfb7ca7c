/** A real Universal Contact Server over its REST interface, in place of the contacts that we keep ourselves: see `docs/ucs.md`. */
export { createUcsClient, type UcsClient, type UcsOptions } from './client.ts';
export { createUcsContacts } from './contacts.ts';
