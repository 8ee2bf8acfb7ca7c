/** The Stat Server of a simulated site: see `SPEC.md`. */
export { StatServer } from './server.ts';
