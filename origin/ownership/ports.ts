import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { Referee } from '../contracts/referee.ts';
import type { Registry, RegistryNode } from '../contracts/registry.ts';

/** What the runners use of the world. */
export interface OwnershipPorts {
  readonly registry: Registry;
  readonly referee: Referee;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly node: RegistryNode;
}
