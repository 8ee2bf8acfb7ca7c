import { apply } from './faults.ts';
import { Scene } from './scene.ts';
import type { WalkOptions } from './scene.ts';

/** An agent is served again at most this long after the last fault, ms: 5,000 that a tab waits for a request lost in a cut, and a takeover. */
export const servedBoundMs = 7_500;

export interface WalkResult {
  readonly violations: readonly string[];
  readonly commands: number;
  /** Longest time from the last fault until a tab was served, ms. */
  readonly servedAfterMs: number;
  readonly scene: Scene;
}

/** Runs one walk: tabs send, faults strike, and after each happening the server's log is checked. */
export async function walk(options: WalkOptions): Promise<WalkResult> {
  const scene = new Scene(options);
  const end = Math.max(2_000, ...options.faults.map(each => each.at + each.ms));
  for (const fault of options.faults) apply(scene, fault);
  scene.tabs.forEach((tab, index) => tab.start(100 + index * scene.random.between(0, 2_500)));
  const judge = new Judge(scene);
  await scene.world.runUntil(end + servedBoundMs, () => judge.look());
  const served = scene.tabs.map(tab => (tab.served.find(at => at > end) ?? Infinity) - end);
  const servedAfterMs = Math.max(...served);
  const violations = [...judge.violations];
  if (violations.length === 0 && servedAfterMs > servedBoundMs)
    violations.push(`not served within ${servedBoundMs} ms after the last fault`);
  return { violations, commands: scene.sip.log.length, servedAfterMs, scene };
}

/** Reads the server's log as it grows. */
export class Judge {
  readonly violations: string[] = [];
  private readonly scene: Scene;
  private read = 0;
  private highest = 0;
  private readonly ownerOf = new Map<number, string>();
  private readonly once = new Set<string>();

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** Whether the walk is lost. */
  look(): boolean {
    const { log } = this.scene.sip;
    for (; this.read < log.length; this.read += 1) {
      const each = log[this.read];
      if (each === undefined) break;
      const at = `${each.at.toFixed(0)} ${each.node}`;
      if (each.epoch < this.highest) this.violations.push(`${at}: command of epoch ${each.epoch} after one of ${this.highest}`);
      this.highest = Math.max(this.highest, each.epoch);
      const other = this.ownerOf.get(each.epoch);
      if (other !== undefined && other !== each.node) this.violations.push(`${at}: epoch ${each.epoch} also of ${other}`);
      this.ownerOf.set(each.epoch, each.node);
      if (each.once && this.once.has(each.requestId)) this.violations.push(`${at}: ${each.requestId} executed twice`);
      if (each.once) this.once.add(each.requestId);
    }
    return this.violations.length > 0;
  }
}
