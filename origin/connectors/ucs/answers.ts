import { AppError } from '@handover/shared/errors';
import type { z } from 'zod';
import { UcsRefusal, type UcsAnswer } from './client.ts';

/** Where no refusal is expected. */
export async function plain(call: Promise<UcsAnswer>): Promise<UcsAnswer> {
  try {
    return await call;
  } catch (fault) {
    throw faultFrom(fault);
  }
}

export const faultFrom = (fault: unknown): AppError =>
  fault instanceof AppError
    ? fault
    : new AppError('store.unavailable', { detail: fault instanceof UcsRefusal ? fault.message : 'fault', cause: fault });

/** The answer by its schema: a server that says something else is of no use. */
export function parsed<T>(schema: z.ZodType<T>, answer: UcsAnswer): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new AppError('store.unavailable', { detail: `contact server: ${result.error.issues[0]?.path.join('.') ?? ''} is not as expected` });
}
