import type { Rules } from '../rules.ts';
import type { RegistryRules } from './registry-core.ts';
import type { Sequence, Stage } from './stage.ts';

/** A sequence that breaks when one rule is off. */
export interface Shown {
  readonly name: string;
  readonly sequence: Sequence;
  readonly rules?: Partial<Rules>;
  readonly registryRules?: Partial<RegistryRules>;
}

export const a = 'us-east/1';
export const c = 'us-east/2';
export const b = 'eu-west/1';
/** The session is owned by the first node asked, and quiet, from here on. */
export const from = 3_000;

export const tooManyTakes =
  (limit: number): Sequence['wrong'] =>
  stage =>
    stage.core.takes > limit ? `${stage.core.takes} takes` : undefined;

/** Signs in at a node: the first request may grow old while the registry is young, the second is served. */
export function signIn(stage: Stage, node: string): void {
  stage.ask(100, node);
  stage.ask(2_500, node);
}
