import type { Core } from '../core.ts';
import type { ServerChannel } from '../channel/channel.ts';
import { armExpiry } from './expiry.ts';
import { removeSession } from './lifecycle.ts';

/**
 * One look for what has ended: sessions whose client stayed away, channels that nobody uses. A session that fails to go does
 * not keep the others.
 */
export function sweep(core: Core, onChannelRemoved: (channel: ServerChannel) => void): void {
  const now = core.options.clock.now();
  for (const session of core.sessions.values()) {
    try {
      if (session.expireAt <= now) removeSession(core, session, 'timeout');
      // Neither held, nor awaited, nor in processing: some path forgot to start its clock. It is started here.
      else if (session.expireAt === Infinity && session.parked === undefined && session.busy === 0) armExpiry(core, session, 0);
    } catch (error) {
      core.fault(error, 'sweep');
    }
  }
  core.sessions.forgetFarewells(now);
  core.channels.sweep(onChannelRemoved);
  core.metrics.sweeps++;
  core.metrics.lastSweepAtMs = core.options.clock.now();
}
