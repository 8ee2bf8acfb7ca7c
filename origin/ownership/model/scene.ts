import type { Registry, RegistryNode } from '../../contracts/registry.ts';
import { allRules } from '../rules.ts';
import type { Rules } from '../rules.ts';
import type { Fault } from './fault.ts';
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
