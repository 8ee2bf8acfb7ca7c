export { applicationName } from './demo-applications.ts';
export { agentNumber, routePoint, supervisorNumber, switchName } from './demo-data.ts';
export { ConfigurationServer } from './server.ts';
