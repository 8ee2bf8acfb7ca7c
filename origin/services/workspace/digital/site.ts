import { sleep } from '@handover/shared/time';
import type { InteractionServer, InteractionServers } from '../../../contracts/interaction.ts';
import type { Desk } from './desk.ts';
import type { Seat } from './host.ts';
import { endInteraction } from './interaction.ts';
import type { Interaction } from './interaction.ts';
import { wishesAfter } from './monitoring.ts';
import { queryAgent } from './send.ts';
import { joinMonitored } from './join.ts';
import { recover, takeUp } from './take-up.ts';

const maxRetryMs = 5_000;

/** The server to work with: at the site of the agent's phone while that answers, else the local one, else any; one that is down at worst. */
export function chooseServer(servers: InteractionServers | undefined, home: string | undefined): InteractionServer | undefined {
  if (servers === undefined) return undefined;
  const candidates = [home === undefined ? undefined : servers.at(home), servers.local(), ...servers.all()];
  const known = candidates.filter(each => each !== undefined);
  return known.find(each => each.state === 'up') ?? known[0];
}

/** Points the desk at a server, goes on there in its turn, and follows the link from then on. */
export function workAt(desk: Desk, server: InteractionServer, seat: Seat, everything: boolean): void {
  desk.bind(server, seat, {
    interaction: interaction => void desk.run(() => takeBackOne(desk, interaction)),
    login: () => void desk.run(() => goOn(desk, server, false)),
    chat: id => void desk.run(() => joinMonitored(desk, id)),
  });
  watchLink(desk, server);
  if (server.state === 'up') void desk.run(() => goOn(desk, server, everything));
}

function watchLink(desk: Desk, server: InteractionServer): void {
  const { clock, times } = desk.host.parts;
  let cancel: (() => void) | undefined;
  const lost = (): void => {
    desk.setService('UNAVAILABLE');
    cancel?.();
    cancel = clock.after(times.siteSwitchAfterMs, () => void desk.run(() => switchSite(desk, server)));
  };
  const stop = server.onChange(change => {
    if (change === 'lost') return lost();
    cancel?.();
    void desk.run(() => goOn(desk, server, false));
  });
  desk.onUnbind(() => {
    stop();
    cancel?.();
  });
  if (server.state === 'down') lost();
}

/** Brings server and clients together, again and again until it works or another change of the link has its say. */
async function goOn(desk: Desk, server: InteractionServer, everything: boolean): Promise<void> {
  const { clock, times } = desk.host.parts;
  for (
    let waitMs = times.retryMs;
    desk.alive && desk.server === server && server.state === 'up';
    waitMs = Math.min(waitMs * 2, maxRetryMs)
  ) {
    if (await inTurn(desk, everything)) {
      desk.setService('AVAILABLE');
      return;
    }
    desk.setService('UNAVAILABLE');
    await sleep(clock, waitMs);
  }
}

async function inTurn(desk: Desk, everything: boolean): Promise<boolean> {
  const leave = await desk.host.parts.takeUpTurns?.enter();
  try {
    return desk.alive && (await takeUp(desk, everything));
  } finally {
    leave?.();
  }
}

/** After ownership was announced anew: what the server knows is asked again. */
export const goOnHere = (desk: Desk): void => {
  const { server } = desk;
  if (server?.state === 'up') void desk.run(() => goOn(desk, server, false));
};

async function takeBackOne(desk: Desk, interaction: Interaction): Promise<void> {
  const snapshot = await queryAgent(desk);
  if (snapshot !== undefined) await recover(desk, interaction, snapshot);
}

/** The home server stays away: what it had is lost with it, and the agent goes on at another, not ready. */
async function switchSite(desk: Desk, home: InteractionServer): Promise<void> {
  const { interactions, clock } = desk.host.parts;
  if (!desk.alive || desk.server !== home || home.state !== 'down' || desk.seat === undefined) return;
  const other = chooseServer(interactions, undefined);
  if (other === undefined || other === home || other.state !== 'up') {
    clock.after(maxRetryMs, () => void desk.run(() => switchSite(desk, home)));
    return;
  }
  for (const interaction of desk.state.interactions.values()) desk.take(endInteraction(desk.state, interaction, 'Revoked'));
  desk.take(wishesAfter(desk.state, [], false));
  const wanted = desk.wanted ?? desk.state;
  const nowMs = clock.now();
  const media = wanted.media.map(each =>
    each.state === 'Ready' ? { ...each, state: 'NotReady' as const, reason: undefined, sinceMs: nowMs } : each,
  );
  desk.wanted = { media, dnd: wanted.dnd };
  workAt(desk, other, desk.seat, false);
}
