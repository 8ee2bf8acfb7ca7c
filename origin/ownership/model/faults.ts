import { Random } from './world.ts';
import type { Fault, FaultKind } from './fault.ts';
import type { Scene } from './scene.ts';

const kinds: readonly FaultKind[] = [
  'kill',
  'kill',
  'kill-region',
  'freeze',
  'freeze',
  'freeze',
  'cut-registry',
  'cut-registry',
  'cut-edge',
  'cut-edge',
  'cut-sip',
  'stall',
  'registry-down',
  'registry-loses-data',
  'registry-rolls-back',
  'replies-lost',
  'calls-late',
  'drain',
];

/** Up to five faults within about ten seconds. */
export function randomFaults(seed: number, allowed: readonly FaultKind[] = kinds): Fault[] {
  const random = new Random(seed ^ 0x5bd1e995);
  const count = 1 + Math.floor(random.next() * 5);
  const faults: Fault[] = [];
  let at = 2_500;
  for (let each = 0; each < count; each += 1) {
    at += random.chance(0.6) ? random.between(0, 1_200) : random.between(0, 3_500);
    const kind = random.pick(allowed);
    const ms =
      kind === 'registry-rolls-back'
        ? random.between(50, 800)
        : random.chance(0.5)
          ? random.between(50, 1_500)
          : random.between(500, 4_500);
    faults.push({ kind, at, ms, node: random.chance(0.6) ? -1 : Math.floor(random.next() * 3) });
  }
  return faults;
}

/** Plans a fault and its end. */
export function apply(scene: Scene, fault: Fault): void {
  const { world } = scene;
  const until = fault.at + fault.ms;
  const victim = (): string =>
    (fault.node < 0 ? scene.owner() : undefined) ?? scene.nodes[Math.max(0, fault.node) % scene.nodes.length]?.id ?? '';
  const during = (begin: () => () => void): void => {
    world.at(fault.at, () => world.at(until, begin()));
  };
  switch (fault.kind) {
    case 'kill':
      return during(() => {
        const id = victim();
        scene.kill(id);
        return () => scene.boot(id);
      });
    case 'kill-region':
      return during(() => {
        const { region } = scene.node(victim());
        const ids = scene.nodes.filter(each => each.region === region).map(each => each.id);
        ids.forEach(id => scene.kill(id));
        return () => ids.forEach(id => scene.boot(id));
      });
    case 'freeze':
      return during(() => {
        const process = scene.living(victim())?.parts.process;
        process?.freeze();
        return () => process?.thaw();
      });
    case 'cut-registry':
      return during(() => setFor(scene.cutFromRegistry, regionOrNode(scene, victim(), fault)));
    case 'cut-edge':
      return during(() => setFor(scene.cutFromEdge, regionOrNode(scene, victim(), fault)));
    case 'cut-sip':
      return during(() => {
        const link = scene.living(victim())?.parts.link;
        link?.lose();
        return () => link?.restore();
      });
    case 'stall':
      return during(() => {
        const link = scene.living(victim())?.parts.link;
        link?.stall();
        return () => link?.unstall();
      });
    case 'registry-down':
      return during(() => {
        scene.registryDown = true;
        return () => (scene.registryDown = false);
      });
    case 'registry-loses-data':
      world.at(fault.at, () => scene.core.lose());
      return;
    case 'registry-rolls-back': {
      let back = (): void => undefined;
      world.at(fault.at, () => (back = scene.core.snapshot()));
      world.at(until, () => back());
      return;
    }
    case 'replies-lost':
      return during(() => {
        scene.lostReply = 0.4;
        return () => (scene.lostReply = 0.01);
      });
    case 'calls-late':
      return during(() => {
        scene.lateCall = 0.3;
        return () => (scene.lateCall = 0);
      });
    case 'drain':
      return during(() => {
        const app = scene.living(victim());
        void app?.ownership.drain();
        return () => app?.ownership.undrain();
      });
  }
}

/** Half of the cuts strike the node's whole region. */
function regionOrNode(scene: Scene, id: string, fault: Fault): string[] {
  if (Math.floor(fault.at) % 2 === 0) return [id];
  const { region } = scene.node(id);
  return scene.nodes.filter(each => each.region === region).map(each => each.id);
}

function setFor(set: Set<string>, ids: readonly string[]): () => void {
  ids.forEach(id => set.add(id));
  return () => ids.forEach(id => set.delete(id));
}
