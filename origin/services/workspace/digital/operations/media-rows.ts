import { mediaStateData, noData } from '@handover/shared/api/workspace';
import type { MediaState, MediaType } from '@handover/shared/genesys';
import type { InteractionCommand } from '../../../../contracts/interaction.ts';
import type { Medium } from '../interaction.ts';
import { setMedia } from '../reduce.ts';
import { send } from '../send.ts';
import { answerOf, reasonOf } from './perform.ts';
import { accepted, deskOperation } from './row.ts';
import type { At, DigitalAnswer, DigitalOperation } from './row.ts';

const mediumOf = (at: At, name: MediaType): Medium | undefined => at.desk.state.media.find(each => each.name === name);
const nowOf = (at: At): number => at.desk.host.parts.clock.now();

/** Brings these media into a state; those that the agent is not logged in for are added. */
async function bring(at: At, names: readonly MediaType[], state: MediaState, reason: string | undefined): Promise<DigitalAnswer> {
  for (const name of names) {
    const before = mediumOf(at, name);
    if (before?.state === state && before.reason === reason) continue;
    const outcome = await send(at.desk, stateCommand(at, name, before, state, reason), at.stampMs);
    if (outcome.kind !== 'done') return answerOf(at, outcome);
    at.desk.take(setMedia(at.desk.state, { media: [{ name, state, reason }], loggedIn: true }, nowOf(at)));
  }
  return accepted;
}

function stateCommand(
  { seat }: At,
  mediaType: MediaType,
  before: Medium | undefined,
  state: MediaState,
  reason: string | undefined,
): InteractionCommand {
  if (before === undefined || before.state === 'LoggedOut') return { messageName: 'RequestAddMedia', ...seat, mediaType, state };
  const messageName = state === 'Ready' ? 'RequestCancelNotReadyForMedia' : 'RequestNotReadyForMedia';
  return { messageName, ...seat, mediaType, ...(reason === undefined ? {} : { reason }) };
}

const stands = (at: At, names: readonly MediaType[], state: Medium['state'], reason?: string): boolean =>
  names.length > 0 && names.every(name => mediumOf(at, name)?.state === state && mediumOf(at, name)?.reason === reason);
const active = (at: At): MediaType[] => at.desk.state.media.filter(each => each.state !== 'LoggedOut').map(each => each.name);
const all = (at: At): MediaType[] => (active(at).length > 0 ? active(at) : at.desk.state.media.map(each => each.name));

async function logOut(at: At, reason: { reason?: string }): Promise<DigitalAnswer> {
  at.desk.loggingOut = true;
  const outcome = await send(at.desk, { messageName: 'RequestAgentLogout', ...at.seat, ...reason }, at.stampMs).finally(() => {
    at.desk.loggingOut = false;
  });
  if (outcome.kind !== 'done') return answerOf(at, outcome);
  const media = at.desk.state.media.map(({ name }) => ({ name, state: 'LoggedOut' as const }));
  at.desk.take(setMedia(at.desk.state, { media, dnd: false, loggedIn: false }, nowOf(at)));
  return accepted;
}

async function removeMedia(at: At): Promise<DigitalAnswer> {
  const outcome = await send(at.desk, { messageName: 'RequestRemoveMedia', ...at.seat, mediaType: at.mediaType }, at.stampMs);
  if (outcome.kind !== 'done') return answerOf(at, outcome);
  at.desk.take(setMedia(at.desk.state, { media: [{ name: at.mediaType, state: 'LoggedOut' }] }, nowOf(at)));
  return accepted;
}

async function disturb(at: At, dnd: boolean): Promise<DigitalAnswer> {
  const messageName = dnd ? 'RequestDoNotDisturbOn' : 'RequestDoNotDisturbOff';
  const outcome = await send(at.desk, { messageName, ...at.seat }, at.stampMs);
  if (outcome.kind !== 'done') return answerOf(at, outcome);
  at.desk.take(setMedia(at.desk.state, { dnd }, nowOf(at)));
  return accepted;
}

/** Operations on the agent's media. */
export const mediaRows: readonly DigitalOperation[] = [
  deskOperation({
    name: 'readyAgentState',
    path: '/media/ready',
    resend: 'repeat',
    data: mediaStateData,
    holds: at => stands(at, active(at), 'Ready'),
    run: at => bring(at, all(at), 'Ready', undefined),
  }),
  deskOperation({
    name: 'notReadyAgentState',
    path: '/media/not-ready',
    resend: 'repeat',
    data: mediaStateData,
    holds: (at, data) => stands(at, active(at), 'NotReady', reasonOf(data).reason),
    run: (at, data) => bring(at, all(at), 'NotReady', reasonOf(data).reason),
  }),
  deskOperation({
    name: 'logoutAgentState',
    path: '/media/logout',
    resend: 'repeat',
    data: mediaStateData,
    holds: at => active(at).length === 0,
    run: (at, data) => logOut(at, reasonOf(data)),
  }),
  deskOperation({
    name: 'deactivateMedia',
    path: '/media/deactivate',
    resend: 'once',
    data: noData,
    holds: at => active(at).length === 0,
    run: at => logOut(at, {}),
  }),
  deskOperation({
    name: 'dndOn',
    path: '/media/dnd-on',
    resend: 'repeat',
    data: noData,
    holds: at => at.desk.state.dnd,
    run: at => disturb(at, true),
  }),
  deskOperation({
    name: 'dndOff',
    path: '/media/dnd-off',
    resend: 'repeat',
    data: noData,
    holds: at => !at.desk.state.dnd,
    run: at => disturb(at, false),
  }),
  deskOperation({
    name: 'readyForMedia',
    path: '/media/{mediatype}/ready',
    resend: 'repeat',
    data: mediaStateData,
    holds: at => stands(at, [at.mediaType], 'Ready'),
    run: at => bring(at, [at.mediaType], 'Ready', undefined),
  }),
  deskOperation({
    name: 'notReadyForMedia',
    path: '/media/{mediatype}/not-ready',
    resend: 'repeat',
    data: mediaStateData,
    holds: (at, data) => stands(at, [at.mediaType], 'NotReady', reasonOf(data).reason),
    run: (at, data) => bring(at, [at.mediaType], 'NotReady', reasonOf(data).reason),
  }),
  deskOperation({
    name: 'removeMedia',
    path: '/media/{mediatype}/logout',
    resend: 'repeat',
    data: mediaStateData,
    holds: at => (mediumOf(at, at.mediaType)?.state ?? 'LoggedOut') === 'LoggedOut',
    run: at => removeMedia(at),
  }),
];
