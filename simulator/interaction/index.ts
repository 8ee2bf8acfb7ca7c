export { InteractionServer } from './server.ts';
