import type { CfgPerson } from '@handover/shared/genesys';
import type { AgentSessionKey, Owned } from '../../../contracts/ownership.ts';
import type { SessionParts } from '../session/parts.ts';

/** Who the agent is for the Interaction Server. */
export interface Seat {
  agentID: string;
  placeName: string;
}

/** The agent session as its desk sees it. */
export interface DeskHost {
  readonly key: AgentSessionKey;
  readonly owned: Owned;
  readonly parts: SessionParts;
  readonly person: CfgPerson | undefined;
  readonly attachments: { clients(): Iterable<string> };
  savePassport(): void;
}
