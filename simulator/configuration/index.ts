export { applicationName } from './demo-applications.ts';
export { agentNumber, demoObjects, routePoint, supervisorNumber, switchName } from './demo-data.ts';
export type { ConfigurationServerOptions } from './server.ts';
export { ConfigurationServer } from './server.ts';
