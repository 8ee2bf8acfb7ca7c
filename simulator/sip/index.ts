export { ConfigurationLink } from './configuration-link.ts';
export { SipServer } from './server.ts';
