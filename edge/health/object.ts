import type { Snapshot } from './view.ts';

/** What the health object answers over RPC; `RegionHealth` is its implementation. */
export interface HealthObject extends Rpc.DurableObjectBranded {
  /** What is known now. Also arms the alarm when it is missing or stuck. */
  snapshot(vantage: string): Promise<Snapshot>;
  /** Arms the alarm when it is missing or stuck; whether it was. */
  arm(): Promise<boolean>;
  /** Three probes; whether the origin lives. */
  confirm(url: string): Promise<boolean>;
  /** Deadlines (epoch ms) of the operator's drains, by region. Kept by the object `control` only. */
  drains(): Record<string, number>;
  /** Copies the drains from the object `control`. */
  syncDrains(): Promise<void>;
  /** Fetches the drains from the object `control`. */
  syncDrains(): Promise<void>;
  setDrain(region: string, deadlineMs: number | undefined): void;
}
