import { it } from 'vitest';
import { liveDay } from './day-suite.ts';

it.each(Array.from({ length: 100 }, (_, seed) => seed))('day %i: after quiet every desktop shows what its site knows', seed =>
  liveDay(seed),
);
