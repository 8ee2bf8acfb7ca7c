import type { Registry, RegistryNode } from '../../contracts/registry.ts';
import { allRules } from '../rules.ts';
import type { Rules } from '../rules.ts';
import { apply } from './faults.ts';
import type { Fault } from './faults.ts';
import { NodeApp } from './node-app.ts';
import { RegistryCore, allRegistryRules } from './registry-core.ts';
import type { RegistryRules } from './registry-core.ts';
import { registryFor } from './registry-world.ts';
import { SipLink, SipWorld } from './sip-world.ts';
import { Tab } from './tab.ts';
import { Process, Random, World } from './world.ts';

export interface WalkOptions {
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly nodes?: readonly { id: string; region: string }[];
  readonly tabs?: number;
  readonly rules?: Partial<Rules>;
  readonly registryRules?: Partial<RegistryRules>;
  /** Drift of the registry's clock and of every node's; random within 1 % by default. */
  readonly drift?: { registry: number; node: number };
  /** A session that never has a DN: no referee. */
  readonly withoutDn?: boolean;
}

const defaultNodes = [
  { id: 'us-east/1', region: 'us-east' },
  { id: 'us-east/2', region: 'us-east' },
  { id: 'eu-west/1', region: 'eu-west' },
];
/** An agent is served again at most this long after the last fault, ms: 5,000 that a tab waits for a request lost in a cut, and a takeover. */
export const servedBoundMs = 7_500;

/** Everything of one walk, and the hands that faults have. */
export class Scene {
  readonly world = new World();
  readonly random: Random;
  readonly core: RegistryCore;
  readonly sip: SipWorld;
  readonly nodes: readonly { id: string; region: string }[];
  readonly apps = new Map<string, NodeApp>();
  readonly tabs: Tab[] = [];
  readonly rules: Rules;
  readonly cutFromRegistry = new Set<string>();
  readonly cutFromEdge = new Set<string>();
  /** What a sequence does to single calls of a node. */
  strike: (node: string, operation: keyof Registry, effect: () => void) => 'lose-answer' | 'kept' | undefined = () => undefined;
  registryDown = false;
  lostReply = 0.01;
  lateCall = 0;
  private readonly options: WalkOptions;

  constructor(options: WalkOptions) {
    this.options = options;
    this.random = new Random(options.seed);
    this.nodes = options.nodes ?? defaultNodes;
    this.rules = { ...allRules, ...options.rules };
    const drift = options.drift?.registry ?? this.random.between(-0.01, 0.01);
    const offset = this.random.between(-90, 90);
    const registryNow = (): number => 1_700_000_000_000 + offset + this.world.now * (1 + drift);
    this.core = new RegistryCore(registryNow, { ...allRegistryRules, ...options.registryRules });
    this.sip = new SipWorld(this.world);
    for (const node of this.nodes) this.boot(node.id);
    const view = {
      nodes: this.nodes.map(each => each.id),
      regionOf: (id: string) => this.node(id).region,
      app: (id: string) => this.living(id),
      cut: (id: string) => this.cutFromEdge.has(id),
      delay: () => this.random.between(0.5, 20),
    };
    for (let at = 0; at < (options.tabs ?? 2); at += 1) this.tabs.push(new Tab(`tab${at}`, this.world, view, this.random));
  }

  node(id: string): RegistryNode {
    const index = this.nodes.findIndex(each => each.id === id);
    return { id, number: index + 1, region: this.nodes[index]?.region ?? '', url: undefined };
  }

  living(id: string): NodeApp | undefined {
    const app = this.apps.get(id);
    return app?.parts.process.alive === true ? app : undefined;
  }

  boot(id: string): void {
    if (this.living(id) !== undefined) return;
    const { world, random, sip, core, rules } = this;
    const process = new Process(world, id, random, this.options.drift?.node);
    const link = new SipLink(process, sip, random);
    const node = this.node(id);
    const near = node.region === 'us-east';
    const way = {
      cut: () => this.registryDown || this.cutFromRegistry.has(id),
      delay: () => (near ? random.between(0.3, 3) : random.between(20, 60)),
      lostReply: () => this.lostReply,
      lateCall: () => this.lateCall,
      strike: (operation: keyof Registry, effect: () => void) => this.strike(id, operation, effect),
    };
    const registry = registryFor(process, core, way, random);
    const dn = this.options.withoutDn === true ? undefined : { number: '7001', switchName: 'sw' };
    const peer = (other: string): NodeApp | undefined => this.living(other);
    this.apps.set(id, new NodeApp({ world, process, node, registry, link, sip, rules, random: () => random.next(), dn, peer }));
  }

  kill(id: string): void {
    const app = this.apps.get(id);
    if (app === undefined) return;
    app.parts.process.alive = false;
    this.sip.disconnect(app.parts.link);
  }

  owner(): string | undefined {
    return this.nodes
      .map(each => each.id)
      .find(id =>
        this.living(id)
          ?.ownership.status()
          .sessions.some(each => each.state === 'active'),
      );
  }
}

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
