import { z } from 'zod';
import { kvListSchema } from '@handover/shared/api/workspace';
import type { NotificationHub } from '../../../contracts/notifications.ts';
import type { Call } from '../calls/call.ts';
import { digitalPassportSchema, smaller } from '../digital/passport.ts';
import type { DigitalPassport } from '../digital/passport.ts';
import { describeClients } from './attachments.ts';
import type { Attachments } from './attachments.ts';
import type { Channel } from './channel.ts';
import { bareCall } from './lately.ts';
import type { Ended } from './lately.ts';
import type { VoiceState } from './reduce.ts';

/** A DN where the agent is still logged in although the session works elsewhere now. */
export interface Leftover {
  dn: string;
  switchName: string;
}

const id = z.string().max(64);
const name = z.string().max(255);
const workMode = z.enum(['Unknown', 'ManualIn', 'AutoIn', 'AfterCallWork', 'AuxWork', 'LegalGuard', 'NoCallDisconnect', 'WalkAway']);

/** What another node needs to go on. No tokens, no names of customers, no user data. */
export const passportSchema = z.object({
  v: z.literal(1),
  /** The DN the referee watches. */
  dn: z.object({ number: name, switchName: name }).optional(),
  attachments: z
    .array(
      z.object({
        sid: id,
        expiresAtMs: z.number(),
        lastSeenMs: z.number(),
        flat: z.boolean().optional(),
        clients: z
          .array(
            z.object({
              clientId: z.string().max(128),
              browserHash: z.string().max(128).optional(),
              subscriptions: z.array(z.string().max(255)).max(32),
              lastAck: z.number().optional(),
            }),
          )
          .max(8),
      }),
    )
    .max(16),
  channel: z
    .object({
      dn: name,
      switchName: name,
      place: name.optional(),
      agentId: name,
      queue: name.optional(),
      autoComplete: z.boolean(),
      agentState: z.enum(['LoggedOut', 'LoggedIn', 'Ready', 'NotReady']),
      workMode,
      reasons: kvListSchema,
      dnd: z.boolean(),
      forwardTo: name,
      sinceMs: z.number(),
    })
    .optional(),
  /** Calls the clients know of and that were not completed. */
  told: z
    .array(
      z.object({
        connId: id,
        parent: id.optional(),
        state: z.enum(['Ringing', 'Dialing', 'Established', 'Held', 'Released']),
        startedAtMs: z.number(),
      }),
    )
    .max(64),
  completed: z.array(id).max(8),
  /** DNs whose calls the person asked to hear. */
  monitoring: z.array(name).max(50).optional(),
  /** Of these, the ones that a client may not have heard of. */
  lately: z
    .array(z.object({ connId: id, atMs: z.number() }))
    .max(8)
    .optional()
    .catch(undefined),
  /** Clients were told that voice is away, and perhaps not yet that it is back. */
  away: z.literal(true).optional(),
  leftover: z.object({ dn: name, switchName: name }).optional(),
  /** Calls do not fall with what this version does not understand of it. */
  digital: digitalPassportSchema.optional().catch(undefined),
});
export type Passport = z.infer<typeof passportSchema>;

const maxBytes = 4096;
const byteLength = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** The passport of a session, at most 4 KiB: what does not fit is left out in the order of what another node can best do without. */
export function passportOf(source: {
  state: VoiceState;
  attachments: Attachments;
  hub: NotificationHub;
  leftover: Leftover | undefined;
  /** Clients may think that voice is away. */
  away?: boolean;
  digital?: DigitalPassport | undefined;
  lately?: readonly Ended[];
  nowMs: number;
}): Passport {
  const { state, attachments, hub, leftover, away = false, digital, lately = [] } = source;
  const { channel } = state;
  const full: Passport = {
    v: 1,
    ...(channel === undefined ? {} : { dn: { number: channel.dn, switchName: channel.switchName }, channel: channelEntry(channel) }),
    attachments: [...attachments.all()].map(each => ({
      sid: each.sid,
      expiresAtMs: each.expiresAtMs,
      lastSeenMs: each.lastSeenMs,
      ...(each.flat ? { flat: true } : {}),
      clients: describeClients(attachments, each, hub, source.nowMs).map(client => ({
        ...client,
        subscriptions: [...client.subscriptions].slice(0, 32),
      })),
    })),
    told: [...state.calls.values()].slice(-64).flatMap(toldEntry),
    completed: state.completed.slice(-8),
    ...(state.monitoring.length === 0 ? {} : { monitoring: state.monitoring.map(each => each.targetDN).slice(-50) }),
    ...(lately.length === 0 ? {} : { lately: [...lately] }),
    ...(leftover === undefined ? {} : { leftover }),
    ...(away ? { away } : {}),
    ...(digital === undefined ? {} : { digital }),
  };
  return fitted(full);
}

const channelEntry = (channel: Channel): NonNullable<Passport['channel']> => ({
  dn: channel.dn,
  switchName: channel.switchName,
  ...(channel.place === undefined ? {} : { place: channel.place }),
  agentId: channel.agentId,
  ...(channel.queue === undefined ? {} : { queue: channel.queue }),
  autoComplete: channel.autoComplete,
  agentState: channel.agentState,
  workMode: channel.workMode,
  reasons: byteLength(channel.reasons) <= 512 ? channel.reasons : [],
  dnd: channel.dnd,
  forwardTo: channel.forwardTo,
  sinceMs: channel.sinceMs,
});

const toldEntry = (call: Call): Passport['told'] =>
  call.state === 'Completed'
    ? []
    : [
        {
          connId: call.connId,
          ...(call.parentConnId === undefined ? {} : { parent: call.parentConnId }),
          state: call.state,
          startedAtMs: call.startedAtMs,
        },
      ];

function fitted(passport: Passport): Passport {
  let fit = passport;
  if (byteLength(fit) > maxBytes) fit = { ...fit, completed: [], lately: undefined };
  // Oldest ended calls first, then the longest attached web sessions.
  while (byteLength(fit) > maxBytes) {
    const ended = fit.told.findIndex(call => call.state === 'Released');
    const digital = fit.digital === undefined ? undefined : smaller(fit.digital);
    if (ended >= 0) fit = { ...fit, told: fit.told.toSpliced(ended, 1) };
    else if (digital !== undefined) fit = { ...fit, digital };
    else if (fit.attachments.length > 1) fit = { ...fit, attachments: fit.attachments.slice(1) };
    else if (fit.told.length > 0) fit = { ...fit, told: fit.told.slice(1) };
    else break;
  }
  return fit;
}

/** The voice state that the clients were told, as far as a passport remembers it. */
export function voiceStateFrom(passport: Passport): VoiceState {
  const { channel } = passport;
  const calls = new Map<string, Call>(
    passport.told.map(told => [
      told.connId,
      {
        ...bareCall(told.connId, told.state, told.startedAtMs),
        ...(told.parent === undefined ? {} : { callType: 'Consult', parentConnId: told.parent }),
      } satisfies Call,
    ]),
  );
  return {
    channel: channel === undefined ? undefined : { ...channel, place: channel.place, queue: channel.queue, inService: true },
    calls,
    completed: passport.completed,
    // Their manner comes from the switch; here they are what may turn out to be gone.
    monitoring: (passport.monitoring ?? []).map(targetDN => ({ targetDN, mode: 'Mute', next: 'AllCalls', scope: 'Call' })),
  };
}

/** What travelled as a passport; undefined when it is none that this version understands. */
export function passportFrom(value: unknown): Passport | undefined {
  const parsed = passportSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
