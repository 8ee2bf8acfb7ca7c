import { AppError } from '@handover/shared/errors';
import type { Context } from 'hono';
import { z } from 'zod';

const short = (max: number) => z.string().trim().min(1).max(max);
const words = z.string().min(1).max(4_096);

export const openBody = z.strictObject({
  /** Id, name or domain; needed only where there are several. */
  contactCenter: short(128).optional(),
  queue: short(128).optional(),
  nickname: short(64),
  subject: short(256).optional(),
  text: words.optional(),
  attributes: z
    .strictObject({
      FirstName: short(128).optional(),
      LastName: short(128).optional(),
      EmailAddress: z.email().max(254).optional(),
      PhoneNumber: z
        .string()
        .regex(/^\+?[0-9 ()/.-]{3,32}$/, 'must be a phone number')
        .optional(),
    })
    .optional(),
});
export type OpenBody = z.infer<typeof openBody>;

export const messageBody = z.strictObject({
  text: words,
  /** Of the sender's choice: sent again with the same, a message stands once. */
  messageId: z
    .string()
    .regex(/^[\w-]{8,64}$/, 'must be 8 to 64 letters, digits, _ or -')
    .optional(),
});
export const typingBody = z.strictObject({ active: z.boolean() });
export const transcriptQuery = z.strictObject({
  from: z.coerce.number().int().min(1).max(1_000_000).default(1),
  waitS: z.coerce.number().min(0).max(20).default(0),
});

/** The value by its schema, or the error that names the field. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String).join('.') || 'body';
  throw new AppError('request.invalid', { field, text: `${field}: ${issue?.message ?? 'not valid'}` });
}

export async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  let value: unknown;
  try {
    value = JSON.parse(await c.req.text());
  } catch {
    throw new AppError('request.invalid', { field: 'body', text: 'body: must be JSON' });
  }
  return parsed(schema, value);
}
