import { silentLogger } from '@handover/shared/log';
import type { Registry, RegistryNode } from '../../contracts/registry.ts';
import { createOwnership } from '../index.ts';
import type { OwnershipDoor, Tenure } from '../index.ts';
import type { Rules } from '../rules.ts';
import type { SipLink, SipWorld } from './sip-world.ts';
import type { Process, World } from './world.ts';

export interface Request {
  readonly id: string;
  readonly once: boolean;
  readonly stampMs: number;
  readonly pinEpoch: number;
  readonly excluded: readonly string[];
  readonly fresh: boolean;
  readonly forwarded: boolean;
}

/** `refused`: nothing was executed. `unknown`: sent, and no answer. */
export type Reply =
  | { readonly kind: 'done'; readonly epoch: number; readonly node: string }
  | { readonly kind: 'elsewhere'; readonly node: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unknown' };

export interface AppParts {
  readonly world: World;
  readonly process: Process;
  readonly node: RegistryNode;
  readonly registry: Registry;
  readonly link: SipLink;
  readonly sip: SipWorld;
  readonly rules: Rules;
  readonly random: () => number;
  /** Undefined: a session that never has a DN. */
  readonly dn: { number: string; switchName: string } | undefined;
  /** The process that serves a node now; undefined when the connection is refused. */
  readonly peer: (node: string) => NodeApp | undefined;
}

export const key = { tenant: 'acme', person: 'ann' };
const session = 'acme:ann';
const rememberMs = 5_000;
const busy = { ok: false, reason: 'busy' } as const;

/** What stands for the services in the simulated world: it serves commands of one agent session. */
export class NodeApp {
  readonly parts: AppParts;
  readonly ownership: OwnershipDoor;
  /** The tenure whose DN is attached. */
  private attached: Tenure | undefined;
  private attaching: Promise<boolean> | undefined;
  private readonly answered = new Map<string, Promise<Reply>>();

  constructor(parts: AppParts) {
    this.parts = parts;
    const { registry, process, node, link, rules, random, dn } = parts;
    this.ownership = createOwnership({
      registry,
      referee: link.referee(),
      clock: process.clock,
      random,
      log: silentLogger,
      node,
      rules,
      sealer: { seal: plain => Promise.resolve(plain), open: sealed => Promise.resolve(sealed) },
      hooks: {
        adopt: async (_key, _owned, passport) => {
          if (passport !== undefined) await link.request(() => undefined).catch(() => undefined); // asks the server for calls
        },
        lost: () => undefined,
        ...(dn === undefined ? {} : { locate: () => Promise.resolve(dn) }),
      },
    });
    this.ownership.start();
  }

  /** A resend of a request that is known is answered as the first was. */
  handle(request: Request): Promise<Reply> {
    const known = this.answered.get(request.id);
    if (known !== undefined) return known;
    const reply = this.serve(request).then(given => {
      if (given.kind === 'refused' || given.kind === 'elsewhere') this.answered.delete(request.id);
      return given;
    });
    this.answered.set(request.id, reply);
    this.parts.process.clock.after(rememberMs, () => this.answered.delete(request.id));
    return reply;
  }

  private async serve(request: Request): Promise<Reply> {
    const gone: string[] = [];
    for (let tries = 0; tries < 2; tries += 1) {
      const { pinEpoch, excluded: excludedNodes, stampMs, fresh } = request;
      const outcome = await this.ownership.ensure(key, { stampMs, pinEpoch, excludedNodes, gone }, { fresh });
      if (outcome.ok) return this.command(outcome.value, request);
      if (outcome.reason.kind !== 'elsewhere') return { kind: 'refused', why: outcome.reason.kind };
      const { node, region } = outcome.reason;
      if (region !== this.parts.node.region) return { kind: 'elsewhere', node };
      if (request.forwarded) return { kind: 'refused', why: 'moved' };
      const reply = await this.forward(node, request);
      if (reply === 'gone') gone.push(outcome.reason.incarnation ?? '');
      else if (reply !== 'silent') return reply;
      else if (request.once) return { kind: 'unknown' };
    }
    return { kind: 'refused', why: 'no owner' };
  }

  private forward(node: string, request: Request): Promise<Reply | 'gone' | 'silent'> {
    const { world, process, peer } = this.parts;
    return new Promise(resolve => {
      const settle = (reply: Reply | 'gone' | 'silent'): void => {
        world.after(0.5, () => process.deliver(`peer ${request.id}`, () => resolve(reply)));
      };
      process.clock.after(1_000, () => resolve('silent'));
      world.after(0.5, () => {
        const app = peer(node);
        if (app === undefined) return settle('gone');
        app.parts.process.deliver(`http ${request.id}`, () => void app.handle({ ...request, forwarded: true }).then(settle));
      });
    });
  }

  private async command(tenure: Tenure, request: Request): Promise<Reply> {
    const { dn, link, sip, node } = this.parts;
    if (dn !== undefined && this.attached !== tenure) {
      this.attaching ??= tenure.attachDn(dn).then(done => {
        this.attaching = undefined;
        if (done.ok) this.attached = tenure;
        return done.ok;
      });
      if (!(await this.attaching)) return { kind: 'refused', why: 'dn closed' };
    }
    tenure.savePassport({ at: request.id });
    for (let tries = 0; tries < 4; tries += 1) {
      const admission = await tenure.admission(request.stampMs);
      if (!admission.ok && dn !== undefined) return { kind: 'refused', why: admission.reason };
      // From here to the write no promise is awaited: one tick.
      const fenced = dn === undefined && !link.drained ? busy : tenure.fence(request.stampMs, dn === undefined ? 'other' : 'dn');
      if (fenced.ok) {
        const { epoch } = fenced.value;
        const command = { session, epoch, node: node.id, requestId: request.id, once: request.once };
        const sent = link.request(() => sip.execute(command));
        return sent.then(
          (): Reply => ({ kind: 'done', epoch, node: node.id }),
          (): Reply => ({ kind: 'unknown' }),
        );
      }
      if (fenced.reason === 'busy') await link.drain();
      else if (fenced.reason !== 'unsure') return { kind: 'refused', why: fenced.reason };
    }
    return { kind: 'refused', why: 'not admitted' };
  }
}
