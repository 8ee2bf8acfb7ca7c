export type { Role } from './command-line.ts';
export { applicationName, agentNumber, routePoint, supervisorNumber, switchName } from './configuration/index.ts';
export type { SitePorts, SiteProcess, SiteWish } from './processes.ts';
export { serverAddresses, simulatorMain, siteProcesses } from './processes.ts';
