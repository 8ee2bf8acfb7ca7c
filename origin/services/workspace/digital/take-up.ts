import type { IxnAgentSnapshot, MediaType } from '@handover/shared/genesys';
import type { Desk } from './desk.ts';
import { joinMonitored, rejoin } from './join.ts';
import { monitored, wishesAfter } from './monitoring.ts';
import { endInteraction, withInteraction } from './interaction.ts';
import type { DigitalState, DigitalTold, Interaction, Medium } from './interaction.ts';
import { pulled, setMedia } from './reduce.ts';
import { queryAgent, send } from './send.ts';

/** Whether it is done, or must be tried again: the server was silent, or we may not write now. */
type Attempt = boolean;

/**
 * Makes the server's view of the agent the one that the clients know: logged in for the same media, what was revoked meanwhile taken back
 * by pull if nobody has it, chats joined again at their line, then the media's states. The agent is not ready before that, so that nothing
 * new comes in between. `everything`: tells all of it, for clients that come from another node; else what differs.
 */
export async function takeUp(desk: Desk, everything: boolean): Promise<Attempt> {
  const before = desk.state;
  desk.wanted ??= { media: before.media, dnd: before.dnd };
  const first = await queryAgent(desk);
  if (first === undefined) return false;
  if (desk.wanted.fresh === true && first.loggedIn) desk.wanted = { media: mediaOf(desk.wanted.media, first, desk), dnd: first.dnd };
  const { wanted } = desk;
  if (!(await logIn(desk, wanted.media, first))) return false;
  const snapshot = await queryAgent(desk);
  if (snapshot === undefined) return false;
  desk.state = { ...desk.state, loggedIn: snapshot.loggedIn, media: mediaOf(wanted.media, snapshot, desk), dnd: snapshot.dnd };
  for (const interaction of desk.state.interactions.values()) if (!(await recover(desk, interaction, snapshot))) return false;
  takeNew(desk, snapshot);
  if (!(await joinAll(desk, snapshot))) return false;
  if (!(await restoreStates(desk, wanted))) return false;
  desk.wanted = undefined;
  const told: DigitalTold[] = [];
  if (everything || differs(before, desk.state)) told.push({ kind: 'media', state: desk.state });
  const wishes = wishesAfter(desk.state, snapshot.monitoring ?? [], everything);
  told.push(...wishes.told);
  for (const interaction of everything ? desk.state.interactions.values() : [])
    told.push({ kind: 'interaction', interaction, notification: 'StatusChange' });
  desk.take({ state: wishes.state, told });
  return true;
}

const differs = (a: DigitalState, b: DigitalState): boolean => JSON.stringify([a.media, a.dnd]) !== JSON.stringify([b.media, b.dnd]);
const loggedIn = (media: readonly Medium[]): Medium[] => media.filter(medium => medium.state !== 'LoggedOut');

/** The media we want, with their states at the server; what it does not name is logged out. */
function mediaOf(wanted: readonly Medium[], snapshot: IxnAgentSnapshot, desk: Desk): Medium[] {
  const nowMs = desk.host.parts.clock.now();
  const there = new Map(snapshot.media.map(each => [each.mediaType, each]));
  const media = wanted.map((medium): Medium => {
    const now = there.get(medium.name);
    const state = now?.state ?? 'LoggedOut';
    const reason = now?.reason;
    return state === medium.state && reason === medium.reason ? medium : { name: medium.name, state, reason, sinceMs: nowMs };
  });
  for (const each of snapshot.media)
    if (!wanted.some(medium => medium.name === each.mediaType))
      media.push({ name: each.mediaType, state: each.state, reason: each.reason, sinceMs: nowMs });
  return media;
}

async function logIn(desk: Desk, media: readonly Medium[], snapshot: IxnAgentSnapshot): Promise<Attempt> {
  const wanted = loggedIn(media);
  if (wanted.length === 0 || desk.seat === undefined) return true;
  // Even when it is logged in already: that login may hang on a link that is about to be missed.
  const state = desk.state.interactions.size > 0 && !snapshot.loggedIn ? 'NotReady' : undefined;
  const mediaList = wanted.map(medium => ({
    mediaType: medium.name,
    state: state ?? (medium.state === 'Ready' ? ('Ready' as const) : ('NotReady' as const)),
  }));
  const outcome = await send(desk, { messageName: 'RequestAgentLogin', ...desk.seat, mediaList }, desk.host.parts.clock.now());
  // An error: logged in already; what the server says next decides.
  return outcome.kind === 'done' || outcome.kind === 'error';
}

/** One interaction that the clients know of: still ours, ours again, or gone, and then they are told. */
export async function recover(desk: Desk, interaction: Interaction, snapshot: IxnAgentSnapshot): Promise<Attempt> {
  const id = interaction.properties.interactionID;
  const current = desk.state.interactions.get(id);
  if (current === undefined) return true;
  if (current.phase === 'Monitoring') return recoverMonitored(desk, current, snapshot);
  const handled = snapshot.handling.find(each => each.interactionID === id);
  const invited = snapshot.invited.find(each => each.interaction.interactionID === id);
  if (handled !== undefined) {
    desk.state = withInteraction(desk.state, { ...current, properties: handled, phase: 'Handling', ticketId: undefined });
    return rejoin(desk, id);
  }
  if (current.phase === 'Invited') {
    if (invited === undefined) desk.take(endInteraction(desk.state, current, 'Revoked'));
    else desk.state = withInteraction(desk.state, { ...current, properties: invited.interaction, ticketId: invited.ticketID });
    return true;
  }
  const taken = await takeBack(desk, current, invited?.ticketID);
  return taken === 'gone' ? true : taken && rejoin(desk, id);
}

/** As the server describes it; the chat is joined with all others. */
function recoverMonitored(desk: Desk, interaction: Interaction, { monitored: now }: IxnAgentSnapshot): Attempt {
  const found = now?.find(each => each.interaction.interactionID === interaction.properties.interactionID);
  if (found === undefined) desk.take(endInteraction(desk.state, interaction, 'Revoked'));
  else desk.state = monitored(desk.state, found).state;
  return true;
}

/** The chats that are monitored. */
async function joinAll(desk: Desk, snapshot: IxnAgentSnapshot): Promise<Attempt> {
  for (const { interaction } of snapshot.monitored ?? []) if (!(await joinMonitored(desk, interaction.interactionID))) return false;
  return true;
}

async function takeBack(desk: Desk, interaction: Interaction, ticketID: number | undefined): Promise<boolean | 'gone'> {
  if (desk.seat === undefined) return false;
  const interactionID = interaction.properties.interactionID;
  const nowMs = desk.host.parts.clock.now();
  // Offered again, to us of all agents: accepted, for the agent never gave it away.
  const outcome =
    ticketID === undefined
      ? await send(desk, { messageName: 'RequestPull', ...desk.seat, interactionID }, nowMs)
      : await send(desk, { messageName: 'RequestAccept', ...desk.seat, interactionID, ticketID }, nowMs);
  if (outcome.kind === 'refused' || outcome.kind === 'unknown') return false;
  if (outcome.kind === 'done') {
    const current = desk.state.interactions.get(interactionID);
    if (current !== undefined) desk.state = withInteraction(desk.state, { ...current, phase: 'Handling', ticketId: undefined });
    return true;
  }
  const { log } = desk.host.parts;
  log.info('an interaction is lost', { session: desk.host.key.person, interaction: interactionID, code: outcome.errorCode });
  desk.take(endInteraction(desk.state, interaction, 'Revoked'));
  return 'gone';
}

/** What the server has for the agent and the clients do not know. */
function takeNew(desk: Desk, snapshot: IxnAgentSnapshot): void {
  const unknown = (id: string): boolean => !desk.state.interactions.has(id);
  desk.take(
    pulled(
      desk.state,
      snapshot.handling.filter(each => unknown(each.interactionID)),
    ),
  );
  for (const each of snapshot.monitored ?? []) {
    if (!unknown(each.interaction.interactionID)) continue;
    // Joined with all others.
    const { state, told } = monitored(desk.state, each);
    desk.take({ state, told });
  }
  for (const { ticketID, interaction } of snapshot.invited) {
    if (!unknown(interaction.interactionID)) continue;
    const added: Interaction = { properties: interaction, phase: 'Invited', ticketId: ticketID, chat: undefined };
    desk.take({
      state: withInteraction(desk.state, added),
      told: [{ kind: 'interaction', interaction: added, notification: 'StatusChange' }],
    });
  }
}

async function restoreStates(desk: Desk, wanted: Pick<DigitalState, 'media' | 'dnd'>): Promise<Attempt> {
  const { clock } = desk.host.parts;
  const { seat } = desk;
  if (seat === undefined) return false;
  for (const medium of loggedIn(wanted.media)) {
    const now = desk.state.media.find(each => each.name === medium.name);
    if (now?.state === medium.state && now.reason === medium.reason) continue;
    const name = medium.state === 'Ready' ? 'RequestCancelNotReadyForMedia' : 'RequestNotReadyForMedia';
    const reason = medium.reason === undefined ? {} : { reason: medium.reason };
    const outcome = await setState(desk, name, medium.name, now?.state, reason);
    if (outcome !== 'done') {
      if (outcome === 'again') return false;
      continue;
    }
    const step = setMedia(desk.state, { media: [{ name: medium.name, state: medium.state, reason: medium.reason }] }, clock.now());
    desk.state = withSince(step.state, medium);
  }
  if (wanted.dnd !== desk.state.dnd) {
    const messageName = wanted.dnd ? 'RequestDoNotDisturbOn' : 'RequestDoNotDisturbOff';
    const outcome = await send(desk, { messageName, ...seat }, clock.now());
    if (outcome.kind === 'refused' || outcome.kind === 'unknown') return false;
    if (outcome.kind === 'done') desk.state = { ...desk.state, dnd: wanted.dnd };
  }
  return true;
}

/** A state that was only restored began when it began. */
const withSince = (state: DigitalState, before: Medium): DigitalState => ({
  ...state,
  media: state.media.map(medium => (medium.name === before.name ? { ...medium, sinceMs: before.sinceMs } : medium)),
});

async function setState(
  desk: Desk,
  messageName: 'RequestCancelNotReadyForMedia' | 'RequestNotReadyForMedia',
  mediaType: MediaType,
  now: Medium['state'] | undefined,
  reason: { reason?: string },
): Promise<'done' | 'again' | 'refused'> {
  const { clock } = desk.host.parts;
  if (desk.seat === undefined) return 'again';
  const command =
    now === undefined || now === 'LoggedOut'
      ? ({
          messageName: 'RequestAddMedia',
          ...desk.seat,
          mediaType,
          state: messageName === 'RequestCancelNotReadyForMedia' ? 'Ready' : 'NotReady',
        } as const)
      : ({ messageName, ...desk.seat, mediaType, ...reason } as const);
  const outcome = await send(desk, command, clock.now());
  if (outcome.kind === 'refused' || outcome.kind === 'unknown') return 'again';
  return outcome.kind === 'done' ? 'done' : 'refused';
}
