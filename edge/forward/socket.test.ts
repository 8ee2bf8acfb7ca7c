import { describe, expect, it } from 'vitest';
import { endsAfterMs } from './socket.ts';

describe('sockets of a lost origin', () => {
  it('end one after the other, about a thousand a second', () => {
    expect(endsAfterMs(1_000, 0)).toBe(0);
    expect(endsAfterMs(1_000, 0.5)).toBe(500);
    expect(endsAfterMs(1_000, 0.999)).toBe(999);
  });

  it('end at once when there are few, and within five seconds when there are very many', () => {
    expect(endsAfterMs(1, 0.999)).toBe(0);
    expect(endsAfterMs(100_000, 0.999)).toBeLessThan(5_000);
  });
});
