import { createSigner, encodePin, type Pin } from '@handover/shared/pin';
import { describe, expect, it } from 'vitest';
import { cookieValues, findPin, nextPin, pinCookies } from './index.ts';

const signer = createSigner({ active: 'k1', keys: { k1: btoa('x'.repeat(32)) } });
const nowMs = 1_800_000_000_000;
const nowS = nowMs / 1_000;
const lifeS = 8 * 3_600;
const pin = (epoch: number, more: Partial<Pin> = {}): Pin => ({ region: 'us', epoch, expiry: nowS + lifeS, node: '1', ...more });
const find = (headers: Record<string, string>, query = ''): ReturnType<typeof findPin> => {
  const url = new URL(`http://edge/${query}`);
  return findPin(signer, new Request(url, { headers }).headers, url, nowMs);
};

describe('pin of a request', () => {
  it('is found in cookie, header and query alike', async () => {
    const text = await encodePin(signer, pin(5));
    expect((await find({ cookie: `a=1;HANDOVER_PIN=${text};b=2` })).pin).toEqual(pin(5));
    expect((await find({ 'x-handover-pin': text })).pin).toEqual(pin(5));
    expect((await find({}, `?handover-pin=${text}`)).pin).toEqual(pin(5));
  });

  it('is the valid one of the highest epoch, whatever else came', async () => {
    const [low, high] = [await encodePin(signer, pin(5)), await encodePin(signer, pin(9, { region: 'eu' }))];
    const found = await find({
      cookie: `HANDOVER_PIN=${low}; HANDOVER_PIN=v1.k1.ap.99.9999999999.1.${'A'.repeat(43)}; HANDOVER_PIN=${high}`,
    });
    expect(found).toMatchObject({ pin: pin(9, { region: 'eu' }), twins: true });
  });

  it('is not found when it expired, even if it was good before', async () => {
    const text = await encodePin(signer, pin(5, { expiry: nowS + 1 }));
    const url = new URL('http://edge/');
    const request = new Request(url, { headers: { 'x-handover-pin': text } });
    expect((await findPin(signer, request.headers, url, nowMs)).pin).toBeDefined();
    expect((await findPin(signer, request.headers, url, nowMs + 1_000)).pin).toBeUndefined();
  });

  it('reads cookies as real clients send them', () => {
    expect(cookieValues('P=1; Path=/; HttpOnly', 'P')).toEqual(['1']);
    expect(cookieValues('XP=1;P=2;P=', 'P')).toEqual(['2', '']);
    expect(cookieValues(null, 'P')).toEqual([]);
  });
});

describe('pin of an answer', () => {
  it('is left alone while it is right and young', () => {
    expect(nextPin(pin(5), { region: 'us', node: 'us/1', epoch: 5 }, nowMs)).toBeUndefined();
    expect(nextPin(pin(5), { region: 'us', node: 'us/1', epoch: undefined }, nowMs)).toBeUndefined();
  });

  it('is renewed after half of its life', () => {
    expect(nextPin(pin(5, { expiry: nowS + lifeS / 2 }), { region: 'us', node: 'us/1', epoch: 5 }, nowMs)).toEqual(pin(5));
  });

  it('names who answered, with the epoch of the answer', () => {
    expect(nextPin(undefined, { region: 'us', node: 'us/1', epoch: undefined }, nowMs)).toEqual(pin(0));
    expect(nextPin(pin(5), { region: 'eu', node: 'eu/2', epoch: 6 }, nowMs)).toEqual(pin(6, { region: 'eu', node: '2' }));
    expect(nextPin(pin(5), { region: 'eu', node: 'nonsense', epoch: undefined }, nowMs)).toEqual(pin(5, { region: 'eu', node: '' }));
  });

  it('never goes back to an older epoch', () => {
    expect(nextPin(pin(5), { region: 'eu', node: 'eu/1', epoch: 4 }, nowMs)).toBeUndefined();
  });

  it('has the attributes of a third-party cookie on https and none of them on http', async () => {
    const [secure] = await pinCookies(signer, pin(5), { secure: true, twins: false });
    const [plain] = await pinCookies(signer, pin(5), { secure: false, twins: false });
    expect(secure).toMatch(/^HANDOVER_PIN=v1\.[^;]+; Path=\/; HttpOnly; Max-Age=28800; SameSite=None; Secure; Partitioned$/);
    expect(plain).toMatch(/^HANDOVER_PIN=v1\.[^;]+; Path=\/; HttpOnly; Max-Age=28800$/);
  });

  it('ends the unpartitioned twin when two cookies came', async () => {
    const lines = await pinCookies(signer, pin(5), { secure: true, twins: true });
    expect(lines[0]).toBe('HANDOVER_PIN=; Path=/; HttpOnly; Max-Age=0; SameSite=None; Secure');
    expect(lines).toHaveLength(2);
  });
});
