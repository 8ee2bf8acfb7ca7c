import { describe, expect, it } from 'vitest';
import { handshakeAnswer, holdsConnect, onlyMeta } from './bayeux.ts';

const bytes = (value: unknown): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));

describe('Bayeux at the edge', () => {
  it('knows a connect by its path or by its body', () => {
    expect(holdsConnect('/workspace/v3/notifications/connect', undefined)).toBe(true);
    expect(holdsConnect('/workspace/v3/notifications', bytes([{ channel: '/meta/connect' }]))).toBe(true);
    expect(holdsConnect('/workspace/v3/notifications/', bytes([{ channel: '/meta/subscribe' }]))).toBe(false);
  });

  it('lets only batches of meta messages be repeated', () => {
    expect(onlyMeta(bytes([{ channel: '/meta/connect' }, { channel: '/meta/subscribe' }]))).toBe(true);
    expect(onlyMeta(bytes({ channel: '/meta/connect' }))).toBe(true);
    expect(onlyMeta(bytes([{ channel: '/meta/connect' }, { channel: '/chat/room' }]))).toBe(false);
    expect(onlyMeta(bytes([{ channel: '/metaphor' }]))).toBe(false);
  });

  it.each(['', 'null', '[', '{}', '[{"channel":1}]', '"x"', '[['.repeat(2_000)])('takes unreadable text %j for a publish', text => {
    expect(onlyMeta(bytes(text))).toBe(false);
    expect(handshakeAnswer(bytes(text), 0)).toBeUndefined();
  });

  it('answers every message when nobody can serve, and spreads the handshakes', async () => {
    const batch = [
      { channel: '/meta/connect', id: '7', clientId: 'c1', connectionType: 'long-polling' },
      { channel: '/x', id: '8', clientId: 'c1', data: {} },
    ];
    const answer = handshakeAnswer(bytes(batch), 0.5);
    expect(answer?.status).toBe(200);
    expect(await answer?.json()).toEqual([
      {
        channel: '/meta/connect',
        id: '7',
        clientId: 'c1',
        successful: false,
        error: '402::No region can serve the session',
        advice: { reconnect: 'handshake', interval: 2_000 },
      },
      { channel: '/x', id: '8', clientId: 'c1', successful: false, error: '402::No region can serve the session' },
    ]);
  });
});
