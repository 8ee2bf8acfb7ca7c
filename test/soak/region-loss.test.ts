import { describe, expect, it } from 'vitest';
import { budgetMs, faults, loseOften } from './losses.ts';

// The same runs as `region-loss.ts` measures, fewer of them, against the design's targets.
describe.each(faults)('a call whose %s is lost', fault => {
  it('is in its agent’s hands again within the target, every time', async () => {
    const losses = await loseOften(fault, fault === 'site' ? 3 : 10, () => undefined);
    expect(losses.map(loss => loss.totalMs).filter(ms => ms > budgetMs[fault])).toEqual([]);
  });
});
