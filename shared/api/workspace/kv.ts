import { z } from 'zod';
import type { KvList, KvPair } from '../../genesys/index.ts';

const key = z.string().min(1).max(255);
const str = z.object({ key, type: z.literal('str'), value: z.string().max(16_384) });
const int = z.object({ key, type: z.literal('int'), value: z.int32() });

/** Nested lists go five deep; a fixed depth keeps hostile nesting off the stack. */
const maxDepth = 5;
const maxPairs = 200;

function pairOfDepth(depth: number): z.ZodType<KvPair> {
  if (depth === 0) return z.discriminatedUnion('type', [str, int], { error: 'must be a pair of type str or int' });
  const nested = z.object({ key, type: z.literal('kvlist'), value: z.array(pairOfDepth(depth - 1)).max(maxPairs) });
  return z.discriminatedUnion('type', [str, int, nested], { error: 'must be a pair of type str, int or kvlist' });
}

/** A key-value list from outside: at most 200 pairs a level, five levels. */
export const kvListSchema: z.ZodType<KvList> = z.array(pairOfDepth(maxDepth)).max(maxPairs);
