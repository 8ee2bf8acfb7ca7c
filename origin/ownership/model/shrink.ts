import type { Fault } from './fault.ts';
import { walk } from './walk.ts';
import type { WalkOptions } from './scene.ts';

export interface Shrunk {
  readonly options: WalkOptions;
  readonly violations: readonly string[];
}

/** Leaves out faults as long as the walk still fails. */
export async function shrink(options: WalkOptions): Promise<Shrunk> {
  let current = options;
  let { violations } = await walk(options);
  for (let smaller = true; smaller;) {
    smaller = false;
    for (const fault of current.faults) {
      const faults: Fault[] = current.faults.filter(each => each !== fault);
      const result = await walk({ ...current, faults });
      if (result.violations.length === 0) continue;
      current = { ...current, faults };
      violations = result.violations;
      smaller = true;
      break;
    }
  }
  return { options: current, violations };
}

/** The seed, what is left of its faults, and what went wrong. */
export function describeWalk({ options, violations }: Shrunk): string {
  const faults = options.faults.map(({ kind, at, ms, node }) => `  ${kind} at ${at.toFixed(0)} for ${ms.toFixed(0)} ms, node ${node}`);
  return [
    `seed ${options.seed}${options.withoutDn === true ? ' (without DN)' : ''}`,
    ...faults,
    ...violations.slice(0, 3).map(each => `  ${each}`),
  ].join('\n');
}
