const firstMs = 250;
const defaultMaxRetryMs = 10_000;

/**
 * How long to wait before attempt `attempt` (0 = the first after a loss), in milliseconds. Each address is tried once without waiting, then the
 * wait doubles per round from 250 ms to `maxMs`; the upper half of it is random, so that many nodes do not come back in step.
 */
export function retryDelayMs(attempt: number, addresses: number, random: () => number, maxMs = defaultMaxRetryMs): number {
  const round = Math.floor(attempt / addresses);
  if (round === 0) return 0;
  // Only the first attempt of a round waits: an alternate address follows its sibling at once.
  if (attempt % addresses !== 0) return 0;
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(round - 1, 10));
  return full / 2 + (full / 2) * random();
}
