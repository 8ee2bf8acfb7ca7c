import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { Configuration } from '../../../contracts/configuration.ts';
import type { Documents } from '../../../contracts/documents.ts';
import type { InteractionServers } from '../../../contracts/interaction.ts';
import type { NotificationHub } from '../../../contracts/notifications.ts';
import type { VoiceServers } from '../../../contracts/voice.ts';

/** Times of the service; all in milliseconds. */
export interface WorkspaceTimes {
  /** A command waits this long for its answer. */
  commandMs: number;
  /** A question about a DN waits this long, so that a silent switch does not hold an adoption up. */
  queryMs: number;
  /** activate-channels as a whole. */
  activateMs: number;
  /** A lost home switch is waited for this long before the agent is logged in at the local one. */
  siteSwitchAfterMs: number;
  /** Nobody attached: NotReady after this. */
  lingerNotReadyMs: number;
  /** Nobody attached: logged out after this. */
  lingerLogoutMs: number;
  /** Life of a web session. */
  webSessionMs: number;
  /** Between attempts to go on after a link came back. */
  retryMs: number;
}

export const defaultTimes: WorkspaceTimes = {
  commandMs: 4_000,
  queryMs: 1_000,
  activateMs: 5_000,
  siteSwitchAfterMs: 3_000,
  lingerNotReadyMs: 60_000,
  lingerLogoutMs: 1_200_000,
  webSessionMs: 43_200_000,
  retryMs: 250,
};

/** What an agent session stands on. */
export interface SessionParts {
  clock: Clock;
  log: Logger;
  hub: NotificationHub;
  voice: VoiceServers;
  /** Without them there is no digital work. */
  interactions?: InteractionServers | undefined;
  /** Who is brought back at the Interaction Server, one after the other; the service's own. */
  takeUpTurns?: { enter(): Promise<() => void> };
  /** Without them nothing can be attached to interactions. */
  documents?: Documents | undefined;
  configuration: Configuration;
  times: WorkspaceTimes;
}
