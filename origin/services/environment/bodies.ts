import { z } from 'zod';
import { corsSetting, isLocation, originFrom } from './origins.ts';

const name = z.string().regex(/^[A-Za-z0-9._ -]{1,128}$/, 'must be 1-128 letters, digits, dots, dashes, underscores or spaces');
const domain = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1-64 letters, digits, dots, dashes or underscores')
  .transform(text => text.toLowerCase());
const operationId = z.string().max(128).optional();
/** The version that the change is bound to, when it is not bound by `If-Match`. */
const version = z.number().int().min(1).max(999_999_999).optional();
const origin = z.string().transform((text, context) => {
  const found = originFrom(text);
  if (found === undefined) context.addIssue({ code: 'custom', message: 'must be an origin such as https://host' });
  return found ?? '';
});
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform(text => text === 'true')]);
const domains = z
  .array(domain)
  .min(1)
  .max(32)
  .transform(list => [...new Set(list)]);
const auth = z.literal('configServer').default('configServer');
const body = <Data extends z.ZodType>(data: Data) => z.object({ data, operationId });

export const environmentBody = body(z.object({ id: z.uuid().optional(), name: name.optional() }));
export const environmentChange = body(z.object({ name, version }));
export const centerBody = body(z.object({ id: z.uuid().optional(), name: name.optional(), domains, environmentId: z.uuid(), auth }));
export const centerChange = body(z.object({ name, domains, environmentId: z.uuid(), auth, version }));
export const settingBody = body(
  z
    .object({
      name,
      location: z.string().refine(isLocation, 'must be a path such as /us-east').default('/'),
      // PostgreSQL keeps every character but this one.
      value: z
        .string()
        .max(8_192)
        .refine(text => !text.includes('\0'), 'must not hold the character NUL'),
      shared: flag.default(false),
      version,
    })
    .refine(data => data.name !== corsSetting || data.value.split(',').every(part => originFrom(part) !== undefined), {
      path: ['value'],
      message: 'must be origins, separated by commas',
    }),
);
export const corsBody = body(z.object({ origin, contactCenterId: z.uuid().optional() }));
