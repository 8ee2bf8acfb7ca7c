import type { ErrorCode } from '@handover/shared/errors';
import type { IxnAgentSnapshot, MediaType } from '@handover/shared/genesys';
import type { InteractionCommand, InteractionServer } from '../../../contracts/interaction.ts';
import type { AgentSession } from '../session/agent-session.ts';

/** What a supervisor wants another agent's media to be. */
export const mediaWishes = ['ready', 'not-ready', 'logout'] as const;
export type MediaWish = (typeof mediaWishes)[number];

export type MediaOutcome =
  | { kind: 'done' }
  /** The agent is not logged in, or not for that medium. */
  | { kind: 'inactive' }
  | { kind: 'error'; errorCode: string; errorMessage: string }
  /** Nothing was sent; the same request may be tried elsewhere. */
  | { kind: 'refused'; code: ErrorCode }
  /** Sent, and no answer. */
  | { kind: 'unknown' };

interface Wanted {
  seat: { agentID: string; placeName: string };
  /** Undefined: every medium that the agent is logged in for. */
  mediaType: MediaType | undefined;
  wish: MediaWish;
  reason: string | undefined;
}

/**
 * Brings another agent's media into a state, through the Interaction Server from which the agent's own session learns it. As with phones, the
 * commands carry no epoch: they are no acts of the agent's owner. Media are logged out one by one; the login itself stays the owner's, who would
 * take its loss for a fault and log in again.
 */
export async function bringMedia(session: AgentSession, wanted: Wanted, stampMs: number): Promise<MediaOutcome> {
  const admission = await session.owned.admission(stampMs);
  if (!session.alive || !admission.ok || !admission.value().ok) return { kind: 'refused', code: 'ownership.unsure' };
  const found = await whereLoggedIn(session, wanted.seat);
  if (found === 'unsure') return { kind: 'refused', code: 'media.unavailable' };
  const media = (found?.snapshot.media ?? []).filter(each => wanted.mediaType === undefined || each.mediaType === wanted.mediaType);
  // Who is logged out already is as wanted.
  if (found === undefined || media.length === 0) return { kind: wanted.wish === 'logout' ? 'done' : 'inactive' };
  const { server } = found;
  for (const medium of media) {
    if (stands(medium, wanted)) continue;
    const command = commandFor(medium.mediaType, wanted);
    const answer = await server.request(command, { deadlineMs: session.parts.times.commandMs });
    if (answer.ok) continue;
    const { reason } = answer;
    if (reason.kind === 'error' || reason.kind === 'unknown') return reason;
    // Nothing of this one was sent; what was sent before holds already when the request is tried again.
    return { kind: 'refused', code: 'media.unavailable' };
  }
  return { kind: 'done' };
}

/** The server where the agent works. While one does not answer, an agent who is found nowhere else may be there. */
async function whereLoggedIn(
  session: AgentSession,
  seat: Wanted['seat'],
): Promise<{ server: InteractionServer; snapshot: IxnAgentSnapshot } | 'unsure' | undefined> {
  const { interactions, times } = session.parts;
  const answers = await Promise.all(
    (interactions?.all() ?? []).map(async server => {
      const answer = await server.request({ messageName: 'RequestQueryAgent', ...seat }, { deadlineMs: times.queryMs });
      const event = answer.ok && answer.value.messageName === 'EventCurrentAgentStatus' ? answer.value : undefined;
      return { server, snapshot: event?.snapshot };
    }),
  );
  for (const { server, snapshot } of answers) if (snapshot?.loggedIn === true) return { server, snapshot };
  return answers.length === 0 || answers.some(each => each.snapshot === undefined) ? 'unsure' : undefined;
}

function stands(medium: IxnAgentSnapshot['media'][number], { wish, reason }: Wanted): boolean {
  switch (wish) {
    case 'ready':
      return medium.state === 'Ready';
    case 'not-ready':
      return medium.state === 'NotReady' && medium.reason === reason;
    case 'logout':
      return false;
  }
}

function commandFor(mediaType: MediaType, { seat, wish, reason }: Wanted): InteractionCommand {
  switch (wish) {
    case 'ready':
      return { messageName: 'RequestCancelNotReadyForMedia', ...seat, mediaType };
    case 'not-ready':
      return { messageName: 'RequestNotReadyForMedia', ...seat, mediaType, ...(reason === undefined ? {} : { reason }) };
    case 'logout':
      return { messageName: 'RequestRemoveMedia', ...seat, mediaType };
  }
}
