import { parseArgs } from 'node:util';

/** A mistake of the caller: printed without a stack, exit code 2. */
export class UsageError extends Error {}
/** A request that makes no sense for this system (an embedded store, a cut without namespaces): exit code 3. */
export class NotApplicable extends Error {}
/** An expected failure with a text for the operator: exit code 1, no stack. */
export class CommandFailure extends Error {}

type OptionKinds = Record<string, 'string' | 'boolean'>;
export interface Arguments {
  words: string[];
  text(name: string): string | undefined;
  flag(name: string): boolean;
}

/** Parses `args` strictly: an unknown option is a usage error that names it. */
export function argumentsFrom(args: readonly string[], kinds: OptionKinds): Arguments {
  const options = Object.fromEntries(Object.entries(kinds).map(([name, type]) => [name, { type }]));
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return {
      words: positionals,
      text: name => {
        const value = values[name];
        return typeof value === 'string' ? value : undefined;
      },
      flag: name => values[name] === true,
    };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A whole number option within bounds. */
export function wholeNumber(name: string, text: string | undefined, bounds: { min: number; max: number; otherwise: number }): number {
  if (text === undefined) return bounds.otherwise;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < bounds.min || value > bounds.max)
    throw new UsageError(`--${name} must be a whole number from ${bounds.min} to ${bounds.max}, not "${text}"`);
  return value;
}
