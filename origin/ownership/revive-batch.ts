import type { Incarnation, ReviveAnswer, ReviveRequest } from '../contracts/registry.ts';
import type { OwnershipPorts } from './ports.ts';

/** After a loss of data all sessions of a node revive in one tick: they travel together, 200 a call. */
const batchLimit = 200;

interface Waiting {
  readonly request: ReviveRequest;
  readonly resolve: (answer: ReviveAnswer) => void;
  readonly reject: (error: unknown) => void;
}

export class ReviveBatch {
  private waiting: Waiting[] = [];
  private readonly ports: OwnershipPorts;
  private readonly incarnation: () => Incarnation;

  constructor(ports: OwnershipPorts, incarnation: () => Incarnation) {
    this.ports = ports;
    this.incarnation = incarnation;
  }

  add(request: ReviveRequest): Promise<ReviveAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      if (this.waiting.length === 1) queueMicrotask(() => this.send());
    });
  }

  private send(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let at = 0; at < all.length; at += batchLimit) {
      const part = all.slice(at, at + batchLimit);
      const requests = part.map(each => each.request);
      this.ports.registry.revive(this.ports.node, this.incarnation(), requests).then(
        answers => part.forEach((each, index) => each.resolve(answers[index] ?? 'no-lease')),
        (error: unknown) => part.forEach(each => each.reject(error)),
      );
    }
  }
}
