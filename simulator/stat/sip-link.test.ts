import type { TlibEvent } from '@handover/shared/genesys';
import { expect, test } from 'vitest';
import { listenLines } from '../wire/index.ts';
import { SipLink } from './sip-link.ts';

test('a DN that the SIP Server does not know yet is asked for again', async () => {
  const asked: string[] = [];
  const server = await listenLines({
    host: '127.0.0.1',
    port: 0,
    onConnection: connection => ({
      onMessage(message) {
        const { messageName, referenceID, thisDN } = message as { messageName: string; referenceID: number; thisDN?: string };
        if (messageName === 'RequestRegisterClient')
          return connection.send({ messageName: 'EventServerInfo', referenceID, serverRole: 'Primary' });
        asked.push(thisDN ?? '');
        const known = asked.length > 2 || thisDN === '7002';
        connection.send({ messageName: known ? 'EventRegistered' : 'EventError', referenceID, thisDN });
      },
      onFault: () => undefined,
      onClose: () => undefined,
    }),
  });
  const registered: string[] = [];
  const both = new Promise<void>(resolve => {
    const link = new SipLink({
      servers: () => [{ host: '127.0.0.1', port: server.port }],
      application: 'stat',
      dns: () => ['7001', '7002'],
      onEvent(event: TlibEvent) {
        registered.push(event.thisDN ?? '');
        if (registered.length < 2) return;
        link.close();
        resolve();
      },
      onComplete: () => undefined,
      onLost: () => undefined,
    });
  });
  await both;
  expect(asked).toEqual(['7001', '7002', '7001']);
  expect(registered).toEqual(['7002', '7001']);
  await server.close();
});
