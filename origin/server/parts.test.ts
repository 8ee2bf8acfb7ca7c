import { createSealer } from '@handover/shared/seal';
import { createSigner } from '@handover/shared/pin';
import { createAttemptReader, encodeAttempt } from '@handover/shared/attempt';
import { describe, expect, test } from 'vitest';
import { requestContextFrom } from './context.ts';
import { createExchange } from './fakes/exchange.ts';
import { isForeign } from './origin-check.ts';
import { createWebSessionCodec } from './web-sessions.ts';

const key = (fill: number): string => btoa(String.fromCharCode(...new Uint8Array(32).fill(fill)));
const ring = { active: 'k1', keys: { k1: key(7) } };
const allowed = new Set(['https://desk.example']);

describe('a foreign page', () => {
  const request = (method: string, headers: Record<string, string>) => createExchange({ method, headers }).call.request;
  test.each([
    ['POST', { origin: 'https://evil.example', cookie: 'a=1' }, true],
    ['POST', { origin: 'null', cookie: 'a=1' }, true],
    ['DELETE', { origin: 'https://desk.example.evil.example', cookie: 'a=1' }, true],
    ['GET', { origin: 'https://evil.example', cookie: 'a=1' }, false],
    ['POST', { origin: 'https://desk.example', cookie: 'a=1' }, false],
    ['POST', { origin: 'https://evil.example' }, false],
    ['POST', { cookie: 'a=1' }, false],
  ])('%s with %j is foreign: %s', (method, headers, foreign) => {
    expect(isForeign(request(method, headers), allowed)).toBe(foreign);
  });

  test('cannot open a WebSocket with the cookies of a user', () => {
    expect(isForeign(request('GET', { origin: 'https://evil.example', cookie: 'a=1' }), allowed, true)).toBe(true);
  });
});

describe('the context of a request', () => {
  const signer = createSigner(ring);
  const contextOf = (headers: Record<string, string>) =>
    requestContextFrom(createExchange({ headers }).call.request, createAttemptReader(signer), 10_000);

  test('is what the edge signed', async () => {
    const attempt = await encodeAttempt(signer, { timeMs: 9_500, excluded: ['us-east/1'] });
    expect(await contextOf({ 'x-handover-attempt': attempt, 'x-handover-epoch': '12', 'x-request-id': 'request-77' })).toEqual({
      requestId: 'request-77',
      stampMs: 9_500,
      excludedNodes: ['us-east/1'],
      pinEpoch: 12,
    });
  });

  test('of an old attempt keeps its age, so that the fence can refuse it', async () => {
    const attempt = await encodeAttempt(signer, { timeMs: 1, excluded: [] });
    expect((await contextOf({ 'x-handover-attempt': attempt })).stampMs).toBe(1);
  });

  test('without a valid signature excludes nobody, has no epoch and counts from now', async () => {
    const forged = await encodeAttempt(createSigner({ active: 'k1', keys: { k1: key(8) } }), {
      timeMs: 9_500,
      excluded: ['us-east/1'],
    });
    const context = await contextOf({ 'x-handover-attempt': forged, 'x-handover-epoch': '99', 'x-request-id': 'from-a-client-1' });
    expect(context).toEqual({ requestId: 'from-a-client-1', stampMs: 10_000, excludedNodes: [] });
  });
});

describe('the session cookie', () => {
  const codec = createWebSessionCodec(createSealer(ring));
  const session = { sid: '01890a5d-ac96-774b-bcce-b302099a8057', tenant: 'acme', person: 'agent1', issuedAtMs: 5_000, expiresAtMs: 9_000 };

  test('says who it is to whoever has the key', async () => {
    expect(await codec.open(await codec.seal(session))).toEqual(session);
  });

  test('stays within 400 bytes for long names', async () => {
    const long = {
      ...session,
      tenant: 't'.repeat(64),
      person: 'p'.repeat(64),
      issuedAtMs: 1_800_000_000_000,
      expiresAtMs: 1_800_000_000_000,
    };
    expect((await codec.seal(long)).length).toBeLessThanOrEqual(400);
  });

  test.each(['', 'x', 'v1.k1.AAAA', '__proto__'])('%j is nobody', async text => {
    expect(await codec.open(text)).toBeUndefined();
  });

  test('a text sealed for another use is nobody', async () => {
    const sealer = createSealer(ring);
    expect(await codec.open(await sealer.seal('["a","b","c",1,2]', 'passport'))).toBeUndefined();
    expect(await codec.open(await sealer.seal('{"sid":1}', 'web-session'))).toBeUndefined();
  });
});
