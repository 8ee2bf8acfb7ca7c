import type { CfgObject } from '@handover/shared/genesys';
import type { FakeChannel, SentMessage } from './driver.ts';

/** Plays a Configuration Server on a fake connection: registers, answers readings and subscriptions from what it is given. */
export function serveConfiguration(
  channel: FakeChannel,
  site: { objects: CfgObject[]; sequence: number; gap?: boolean; role?: 'Primary' | 'Backup' },
): { next(): boolean; rest(): Promise<void> } {
  let answered = 0;
  const answer = (message: SentMessage): void => {
    const referenceID = message.referenceID ?? 0;
    switch (message.messageName) {
      case 'RequestRegisterClient':
        channel.say({
          messageName: 'EventClientRegistered',
          referenceID,
          serverName: 'config',
          serverRole: site.role ?? 'Primary',
          isMaster: true,
          sequence: site.sequence,
        });
        break;
      case 'RequestRegisterNotification':
        channel.say({ messageName: 'EventNotificationRegistered', referenceID, sequence: site.sequence, gap: site.gap ?? false });
        break;
      case 'RequestReadObjects': {
        const objects = site.objects.filter(object => object.type === message['objectType']);
        for (const object of objects) channel.say({ messageName: 'EventObjectsRead', referenceID, objects: [object] });
        channel.say({ messageName: 'EventObjectsSent', referenceID, count: objects.length, sequence: site.sequence });
        break;
      }
      default:
        break;
    }
  };
  const next = (): boolean => {
    const message = channel.sent[answered];
    if (message === undefined) return false;
    answered += 1;
    answer(message);
    return true;
  };
  return {
    /** Answers one message; false when none waits. */
    next,
    /** Answers until the client asks no more. */
    async rest() {
      for (let quiet = 0; quiet < 3; quiet += 1) {
        while (next()) quiet = 0;
        await new Promise(resolve => setImmediate(resolve));
      }
    },
  };
}
