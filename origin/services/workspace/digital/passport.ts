import { z } from 'zod';
import type { IxnProperties } from '@handover/shared/genesys';
import { freshChat } from './chat.ts';
import { emptyDigital } from './interaction.ts';
import type { DigitalState, Interaction, Medium } from './interaction.ts';
import type { Seat } from './host.ts';
import type { Workbin } from './workbin-watch.ts';

const id = z.string().max(64);
const name = z.string().max(255);
const mode = z.enum(['Monitor', 'Coach', 'Bargein']);
const mediaType = z.enum(['chat', 'email', 'workitem', 'outboundpreview']);

/** What another node needs to go on with digital work: no customers' data, no transcripts. */
export const digitalPassportSchema = z.object({
  /** Location of the Interaction Server where the agent is logged in. */
  location: name,
  agentId: name,
  place: name,
  dnd: z.boolean(),
  media: z
    .array(
      z.object({
        name: mediaType,
        state: z.enum(['Ready', 'NotReady', 'LoggedOut']),
        reason: name.optional(),
        sinceMs: z.number(),
      }),
    )
    .max(8),
  /** Invited or handled; `chat`: joined under this name, and the clients know the transcript up to this index. */
  ixns: z
    .array(
      z.object({
        id,
        mediaType,
        ticketId: z.number().optional(),
        monitored: z.object({ agentId: name, mode }).optional(),
        chat: z.object({ nickname: z.string().max(64), index: z.number(), left: z.boolean().optional() }).optional(),
      }),
    )
    .max(48),
  ended: z.array(z.object({ id, as: z.enum(['Sent', 'Canceled', 'InWorkbin', 'Transferred', 'Rejected', 'Completed', 'Revoked']) })).max(8),
  /** Of a supervisor: whose interactions of which medium. */
  monitoring: z
    .array(z.object({ agentId: name, mediaType }))
    .max(50)
    .optional(),
  workbins: z.array(z.object({ workbinType: name, ownerID: name, notifyPropertyChanges: z.boolean() })).max(10),
});
export type DigitalPassport = z.infer<typeof digitalPassportSchema>;

/** What the passport is made from. */
export interface DigitalSource {
  state: DigitalState;
  server: { location: string } | undefined;
  seat: Seat | undefined;
  wanted: Pick<DigitalState, 'media' | 'dnd'> | undefined;
  chats: { settledIndex(id: string, known: number): number };
  workbins: { all(): Workbin[] };
}

export function digitalPassportOf(source: DigitalSource): DigitalPassport | undefined {
  const { state, server, seat, chats } = source;
  if (server === undefined || seat === undefined) return undefined;
  const { media, dnd } = source.wanted ?? state;
  return {
    location: server.location,
    agentId: seat.agentID,
    place: seat.placeName,
    dnd,
    media: media.map(({ reason, ...medium }) => ({ ...medium, ...(reason === undefined ? {} : { reason: reason.slice(0, 64) }) })),
    ixns: [...state.interactions.values()].slice(-48).map(({ properties, phase, ticketId, chat, monitored }) => ({
      id: properties.interactionID,
      mediaType: properties.mediaType,
      ...(phase === 'Invited' && ticketId !== undefined ? { ticketId } : {}),
      ...(monitored === undefined ? {} : { monitored: { agentId: monitored.targetAgentID, mode: monitored.mode } }),
      ...(chat === undefined
        ? {}
        : {
            chat: {
              nickname: chat.nickname,
              index: chats.settledIndex(properties.interactionID, chat.index),
              ...(chat.joined ? {} : { left: true }),
            },
          }),
    })),
    ended: state.ended.slice(-8).map(each => ({ ...each })),
    ...(state.monitoring.length === 0
      ? {}
      : { monitoring: state.monitoring.slice(-50).map(each => ({ agentId: each.targetAgentID, mediaType: each.mediaType })) }),
    workbins: source.workbins.all().slice(-10),
  };
}

/** Less of it, when the passport is too large; undefined when there is nothing left to leave out. */
export function smaller(passport: DigitalPassport): DigitalPassport | undefined {
  if (passport.ended.length > 0) return { ...passport, ended: [] };
  if (passport.workbins.length > 0) return { ...passport, workbins: [] };
  if (passport.monitoring !== undefined) {
    const { monitoring: _monitoring, ...rest } = passport;
    return rest;
  }
  const at = passport.ixns.findIndex(each => each.chat === undefined);
  if (at >= 0) return { ...passport, ixns: passport.ixns.toSpliced(at, 1) };
  return passport.ixns.length > 0 ? { ...passport, ixns: passport.ixns.slice(1) } : undefined;
}

/** What the clients were told, as far as a passport remembers it. */
export function digitalStateFrom(passport: DigitalPassport, nowMs: number): DigitalState {
  const interactions = passport.ixns.map((each): [string, Interaction] => [
    each.id,
    {
      properties: bare(each.id, each.mediaType, nowMs),
      phase: each.monitored !== undefined ? 'Monitoring' : each.ticketId === undefined ? 'Handling' : 'Invited',
      ticketId: each.ticketId,
      chat:
        each.chat === undefined ? undefined : { ...freshChat(each.chat.nickname, each.chat.index, nowMs), joined: each.chat.left !== true },
      ...(each.monitored === undefined ? {} : { monitored: { targetAgentID: each.monitored.agentId, mode: each.monitored.mode } }),
    },
  ]);
  const media = passport.media.map((medium): Medium => ({ ...medium, reason: medium.reason }));
  return {
    ...emptyDigital,
    loggedIn: media.some(medium => medium.state !== 'LoggedOut'),
    dnd: passport.dnd,
    media,
    interactions: new Map(interactions),
    ended: passport.ended,
    // How they are monitored the server says.
    monitoring: (passport.monitoring ?? []).map(({ agentId, mediaType: medium }) => ({
      targetAgentID: agentId,
      mediaType: medium,
      mode: 'Monitor',
      next: 'AllInteractions',
    })),
  };
}

/** What is left of an interaction that only its id is known of. */
const bare = (interactionID: string, mediaTypeOf: IxnProperties['mediaType'], nowMs: number): IxnProperties => ({
  interactionID,
  mediaType: mediaTypeOf,
  interactionType: 'Inbound',
  interactionSubtype: '',
  tenantName: '',
  state: 'Handling',
  isOnline: mediaTypeOf === 'chat',
  isHeld: false,
  isLocked: false,
  receivedAt: nowMs,
  submittedAt: nowMs,
  userData: [],
  parties: [],
  inQueues: [],
  outQueues: [],
});
