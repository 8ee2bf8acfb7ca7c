import { createRequire } from 'node:module';
import type { CallStateChangedWire, DnStateChangedWire, UserWire, VoiceMessageWire } from '@handover/shared/api/workspace';
import type { KvList } from '@handover/shared/genesys';

/** As much of `genesys-workspace-client-js` 9.0.1 as the tests use; it has no types of its own. */
export interface GenesysVoice {
  _onCometdMessage(this: GenesysVoice, message: { data: VoiceMessageWire }): void;
  readonly dn: DnStateChangedWire['dn'] | undefined;
  readonly calls: Map<string, CallStateChangedWire['call']>;
  ready(): Promise<unknown>;
  notReady(workMode?: string, reasonCode?: string): Promise<unknown>;
  makeCall(destination: string, options?: { userData?: KvList }): Promise<unknown>;
  answerCall(id: string): Promise<unknown>;
  holdCall(id: string): Promise<unknown>;
  retrieveCall(id: string): Promise<unknown>;
  releaseCall(id: string): Promise<unknown>;
  initiateTransfer(id: string, destination: string): Promise<unknown>;
  completeTransfer(consultId: string, parentId: string): Promise<unknown>;
  initiateConference(id: string, destination: string): Promise<unknown>;
  completeConference(consultId: string, parentId: string): Promise<unknown>;
  singleStepTransfer(id: string, destination: string): Promise<unknown>;
  singleStepConference(id: string, destination: string): Promise<unknown>;
  attachUserData(id: string, userData: KvList): Promise<unknown>;
  updateUserData(id: string, userData: KvList): Promise<unknown>;
  deleteUserDataPair(id: string, key: string): Promise<unknown>;
  sendDTMF(id: string, digits: string): Promise<unknown>;
}

interface CometdMessage {
  successful?: boolean;
  data?: unknown;
}
interface GenesysCometd {
  addListener(channel: string, listener: (message: CometdMessage) => void): unknown;
  subscribe(channel: string, onMessage: (message: CometdMessage) => void, onReply?: (reply: CometdMessage) => void): unknown;
  disconnect(onReply: () => void): void;
  getClientId(): string;
}
interface CookieJar {
  getCookies(access: { domain: string; path: string; secure: boolean; script: boolean }): { toValueString(): string };
}

export interface GenesysClient {
  readonly voice: GenesysVoice;
  readonly user: UserWire | undefined;
  readonly configuration: unknown;
  readonly cookieJar: CookieJar;
  readonly _cometd: GenesysCometd;
  readonly _sessionApi: { logout(): Promise<unknown> };
  initialize(by: { token: string }): Promise<void>;
  activateChannels(agentId?: string, dn?: string, placeName?: string): Promise<unknown>;
}

const require = createRequire(import.meta.url);
type Constructor = new (apiKey: string, baseUrl: string, debugEnabled: string) => GenesysClient;

/** The vendor's client, unchanged; it knows nothing of regions. */
export function createGenesysClient(url: string): GenesysClient {
  const Client = require('genesys-workspace-client-js') as Constructor;
  return new Client('any-key', url, 'false');
}
