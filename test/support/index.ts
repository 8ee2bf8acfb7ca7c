export { joinAgent, startAgent, tokenOf, type Agent } from './agent.ts';
export { openCometdTab, type CometdTab } from './cometd-tab.ts';
export { brokenInvariant, commandsNamed, siteLog, type SiteCommand } from './site-log.ts';
export {
  runHandover,
  startSystem,
  startUp,
  type HandoverResult,
  type RunningSystem,
  type SystemOptions,
  type UpProcess,
} from './system.ts';
export { temporaryDir, until } from './waiting.ts';
export { openBrowser, openPage, type WorkspacePage } from './page.ts';
export { customerCalls, sessionOf, sessionsOf, statusOf, type SessionStatus, type Status } from './situation.ts';
export { connect, endByFarEnd, holdAndRetrieve, startScene, unharmed, type Harm, type Scene } from './scene.ts';
export { customerCallsAt, flushRedis, untilReplicated, wipeRegistry } from './parts.ts';
export { replaceNode, type ReplacedNode } from './replaced-node.ts';
export { serversOfNode } from './node-servers.ts';
export { openConfiguration, setRedundancy } from './configuration.ts';
export { watchStatistics, type StatisticsWatcher } from './statistics-client.ts';
export { databaseOf, startWriteLedger, type WriteLedger } from './write-ledger.ts';
export { openChat, type OpenChat } from './chat.ts';
