import type { ServerChannel } from '../channel/channel.ts';
import type { Core } from '../core.ts';
import type { BayeuxMessage } from '../protocol/message.ts';
import type { Session } from '../session/session.ts';
import { askHook } from './ask.ts';

/** Shows a message to the listeners of its channel and of the patterns that match it, one after the other. */
export async function passListeners(core: Core, session: Session, name: string, message: BayeuxMessage): Promise<boolean> {
  const channel = core.channels.get(name);
  if (channel === undefined) return true;
  let passed = await passChannel(core, session, channel, channel, message);
  if (!channel.meta) {
    for (const wildName of channel.wildNames) {
      const pattern = core.channels.get(wildName);
      if (pattern !== undefined) passed = (await passChannel(core, session, pattern, channel, message)) && passed;
    }
  }
  return passed;
}

async function passChannel(
  core: Core,
  session: Session,
  listened: ServerChannel,
  channel: ServerChannel,
  message: BayeuxMessage,
): Promise<boolean> {
  if (!listened.hasListeners('message')) return true;
  let passed = true;
  for (const listener of listened.listeners('message')) {
    const done = await askHook(
      core,
      'message listener',
      () =>
        new Promise<true>((resolve, reject) => {
          let called = false;
          const returned = listener(session, channel, message, error => {
            if (called) {
              core.fault(new Error('the listener continued twice'), 'message listener');
              return;
            }
            called = true;
            if (error) reject(error);
            else resolve(true);
          });
          // A listener that does not take the callback is done when it returns, or when its promise is.
          if (listener.length < 4) Promise.resolve(returned).then(() => resolve(true), reject);
        }),
    );
    passed = done !== undefined && passed;
  }
  return passed;
}
