import type { IxnEvent, IxnMonitored, IxnMonitoring, IxnProperties, MediaState, MediaType } from '@handover/shared/genesys';
import type { InteractionStateWire } from '@handover/shared/api/workspace';
import type { Chat } from './chat.ts';

/** Every medium an agent can be logged in for. */
export const mediaTypes: readonly MediaType[] = ['chat', 'email', 'workitem', 'outboundpreview'];

/** One medium of the agent's login. Never changed in place. */
export interface Medium {
  readonly name: MediaType;
  readonly state: MediaState | 'LoggedOut';
  readonly reason: string | undefined;
  /** When the state began, epoch ms. */
  readonly sinceMs: number;
}

/** An interaction that the agent was invited to or handles, or as a supervisor monitors. Never changed in place. */
export interface Interaction {
  readonly properties: IxnProperties;
  readonly phase: 'Invited' | 'Handling' | 'Monitoring';
  readonly ticketId: number | undefined;
  /** Once the agent has joined the chat. */
  readonly chat: Chat | undefined;
  /** While monitoring: whose it is, and how. */
  readonly monitored?: Omit<IxnMonitored, 'interaction'>;
}

/** How an interaction left the agent. */
export type Ending = Extract<
  InteractionStateWire,
  'Sent' | 'Canceled' | 'InWorkbin' | 'Transferred' | 'Rejected' | 'Completed' | 'Revoked'
>;

/** What a session knows of the agent's digital work. Never changed in place. */
export interface DigitalState {
  readonly loggedIn: boolean;
  readonly dnd: boolean;
  readonly media: readonly Medium[];
  /** By id, in the order they came. */
  readonly interactions: ReadonlyMap<string, Interaction>;
  /** The last ones that ended, newest last, so that a repeated `complete` is answered with success. */
  readonly ended: readonly { readonly id: string; readonly as: Ending }[];
  /** Whose interactions the agent, a supervisor, asked to monitor. */
  readonly monitoring: readonly IxnMonitoring[];
}

export const emptyDigital: DigitalState = { loggedIn: false, dnd: false, media: [], interactions: new Map(), ended: [], monitoring: [] };

/** What clients must hear, still without the words of the wire. */
export type DigitalTold =
  | { kind: 'media'; state: DigitalState }
  | { kind: 'interaction'; interaction: Interaction; ending?: Ending; notification: 'StatusChange' | 'PropertiesUpdated' | 'EmailSaved' }
  | { kind: 'lines'; id: string; lines: Extract<IxnEvent, { messageName: 'EventChatSessionInfo' }>['lines'] }
  | { kind: 'monitoring'; state: 'MonitoringNextInteraction'; monitoring: IxnMonitoring }
  | { kind: 'monitoring'; state: 'MonitoringCancelled'; monitoring: Pick<IxnMonitoring, 'targetAgentID' | 'mediaType'> }
  | { kind: 'error'; mediaType: MediaType | undefined; id: string | undefined; errorCode: string; errorMessage: string };

export interface DigitalStep {
  state: DigitalState;
  told: DigitalTold[];
  /** Interactions that the server took away because it believed our node gone: to be taken back. */
  takeBack?: readonly Interaction[];
  /** An interaction is monitored from now on: its chat is to be joined. */
  joinChat?: string;
}

/** The name under which an ending is told, when whoever caused it has a better one. */
export type Naming = (id: string, as: Ending) => Ending;

const keptEnded = 20;

/** The state with this interaction put in or changed. */
export const withInteraction = (state: DigitalState, interaction: Interaction): DigitalState => ({
  ...state,
  interactions: new Map(state.interactions).set(interaction.properties.interactionID, interaction),
});

/** The interaction leaves the agent. */
export function endInteraction(state: DigitalState, interaction: Interaction, as: Ending): DigitalStep {
  const id = interaction.properties.interactionID;
  const interactions = new Map(state.interactions);
  interactions.delete(id);
  return {
    state: { ...state, interactions, ended: [...state.ended.filter(each => each.id !== id), { id, as }].slice(-keptEnded) },
    told: [{ kind: 'interaction', interaction, ending: as, notification: 'StatusChange' }],
  };
}

/** Where an interaction of the agent stands. */
export function stateOf({ properties, phase, chat }: Interaction): InteractionStateWire {
  if (phase === 'Invited') return 'Invited';
  if (properties.mediaType === 'chat') return chat === undefined || (chat.joined && chat.open) ? 'Chat' : 'LeftChat';
  return properties.mediaType === 'email' && properties.interactionType === 'Outbound' ? 'Composing' : 'Processing';
}
