import type { AgentState, PhoneCall } from '../kernel/index.ts';

/** Messages between the world of a site and its servers. Nothing outside the simulator sees them. */
export const serverKinds = ['config', 'sip', 'stat', 'interaction'] as const;
export type ServerKind = (typeof serverKinds)[number];
export type ServerRole = 'Primary' | 'Backup';

/**
 * One command that a client gave a SIP or Interaction Server; `dn` and `connId` are then the
 * agent's and the interaction's ids. `node` and `epoch` are null when the command was not signed with them.
 */
export interface CommandEntry {
  atMs: number;
  server: string;
  node: string | null;
  epoch: number | null;
  messageName: string;
  dn: string | null;
  connId: string | null;
}

export type ToWorld =
  /** First, and again when what it says has changed. `role`: what it is now, or would like to be. `synchronised`: fit to take over hot. */
  | {
      messageName: 'Hello';
      kind: ServerKind;
      server: string;
      role: ServerRole;
      /** Holds the role since an earlier word of a world; else it only asks for it. */
      confirmed: boolean;
      synchronised: boolean;
      host: string;
      port: number;
    }
  | { messageName: 'Ping'; number: number; synchronised: boolean }
  | { messageName: 'Commands'; entries: CommandEntry[] }
  | { messageName: 'Call'; call: PhoneCall }
  | { messageName: 'CallEnded'; connId: string }
  | { messageName: 'Agent'; dn: string; agentId?: string; state: AgentState }
  /** Begins the complete picture of a server that has taken over: what is not said again after it is gone. */
  | { messageName: 'Takeover'; connIds: string[] }
  | { messageName: 'Called'; request: number; connId: string; error?: string }
  /** Interaction Servers: an agent, by all names, is logged in for media or not. */
  | { messageName: 'MediaAgent'; names: string[]; loggedIn: boolean }
  /** Begins the complete picture of an Interaction Server that has taken over. */
  | { messageName: 'MediaTakeover' }
  | { messageName: 'Submitted'; request: number; interactionID?: string; error?: string };

/** What a customer brings. */
export interface CustomerVisit {
  mediaType: 'chat' | 'email' | 'workitem';
  queue: string;
  nickname: string;
  subject?: string;
  text: string;
  /** Employee id or user name of the agent who is asked for. */
  agent?: string;
}

export type FromWorld =
  | { messageName: 'Role'; role: ServerRole; partner?: { server: string; host: string; port: number } }
  /** Proof for the primary that it has not been replaced when it sent the ping. */
  | { messageName: 'Pong'; number: number }
  /** Configuration Servers: be the environment's master. */
  | { messageName: 'Promote' }
  | { messageName: 'PhoneCall'; request: number; connId: string; from: string; to: string }
  | { messageName: 'PhoneAnswer'; connId: string; number: string }
  | { messageName: 'PhoneHangup'; connId: string; number?: string }
  | { messageName: 'CustomerComes'; request: number; visit: CustomerVisit }
  | { messageName: 'CustomerSays'; request: number; interactionID: string; text: string }
  | { messageName: 'CustomerLeaves'; request: number; interactionID: string };

/** How often a server pings, and how long an answered ping lets it act as primary, counted from its sending. */
export const pingEveryMs = 200;
export const roleValidMs = 800;
/** Silence after which the world promotes the partner: longer than `roleValidMs`, so that the old primary has stopped by itself. */
export const silenceMs = 1_000;
/** How long a world waits for the configured primary before it makes a backup one. */
export const firstPrimaryMs = 1_500;
