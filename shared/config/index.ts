import { z } from 'zod';

/** The schema library in the one version that contracts use; workspaces without a dependency of their own take it from here. */
export { z };

/** Every fault of a configuration at once; each line names the key. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`configuration:\n${faults.map(fault => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/**
 * Reads a record of strings (usually the environment) by a schema. Keys that start with one of `prefixes` and are not in the schema are
 * faults, so a mistyped option is never silently ignored. All faults are reported together; the answer is frozen.
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  record: Readonly<Record<string, string | undefined>>,
  prefixes: readonly string[],
): Readonly<z.output<Schema>> {
  const known = new Set(Object.keys(schema.shape));
  const faults = Object.keys(record)
    .filter(key => prefixes.some(prefix => key.startsWith(prefix)) && !known.has(key))
    .map(key => `${key}: unknown key`);
  const present = Object.fromEntries([...known].filter(key => record[key] !== undefined).map(key => [key, record[key]]));
  const parsed = schema.safeParse(present);
  if (!parsed.success) faults.push(...parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`));
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  return Object.freeze(parsed.data);
}

/** A whole number given as text, within bounds. */
export const integer = (bounds: { min: number; max: number }) =>
  z.coerce.number({ error: 'must be a number' }).int().min(bounds.min).max(bounds.max);

// The answer types of these two are left to inference: written out as `z.ZodType<T>` they cost the compiler minutes and gigabytes.

/** JSON text of the given shape. */
export const json = <Schema extends z.ZodType>(inner: Schema) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON' });
        return z.NEVER;
      }
    })
    .pipe(inner);
