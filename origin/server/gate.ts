import { AppError, errorTable, type ErrorCode } from '@handover/shared/errors';
import { headers } from '@handover/shared/headers';
import type { Logger } from '@handover/shared/log';
import { assertNever } from '@handover/shared/result';
import type { AgentSessionKey, Ownership, OwnershipRefusal, RequestContext } from '../contracts/ownership.ts';
import { answerElsewhere, answerError } from './answer.ts';
import type { Call } from './call.ts';
import type { ForwardOutcome, Forwarder } from './forward.ts';

export interface GateOptions {
  ownership: Ownership;
  forwarder: Forwarder;
  region: string;
  urlOf: (node: string) => string | undefined;
  /** Whether nobody listens at a node's address any more; soon. */
  refuses: (url: string) => Promise<boolean>;
  draining: () => boolean;
  log: Logger;
}

export type Verdict =
  | { kind: 'here'; epoch: number }
  | { kind: 'forward'; node: string; url: string; incarnation: string | undefined }
  | { kind: 'elsewhere'; region: string }
  | { kind: 'refused'; code: ErrorCode; status: number };

/**
 * Lets a request through when this node owns its agent session, or has just taken it over. Otherwise it goes once to another node of the
 * region, is answered 421 for another region, or refused with nothing executed.
 */
export interface Gate {
  judge(context: RequestContext, key: AgentSessionKey, fresh: boolean, forwarded: boolean): Promise<Verdict>;
  pass(call: Call, key: AgentSessionKey, fresh: boolean): Promise<'here' | 'answered'>;
}

/** How often a request looks again after its owner turned out to be gone; each look excludes one more node. */
const maxLooks = 3;

export function createGate(options: GateOptions): Gate {
  const { ownership, forwarder, region, log } = options;

  async function judge(context: RequestContext, key: AgentSessionKey, fresh: boolean, forwarded: boolean): Promise<Verdict> {
    const owned = await ownership.ensure(key, key.service === undefined ? context : withoutPin(context), { fresh });
    return owned.ok ? { kind: 'here', epoch: owned.value.epoch } : verdictOn(owned.reason, forwarded);
  }

  function verdictOn(reason: OwnershipRefusal, forwarded: boolean): Verdict {
    switch (reason.kind) {
      case 'elsewhere': {
        if (reason.region !== region) return { kind: 'elsewhere', region: reason.region };
        const url = options.urlOf(reason.node);
        // A forwarded request whose owner moved on meanwhile: the node that forwarded looks again.
        return forwarded || url === undefined
          ? refused('ownership.busy')
          : { kind: 'forward', node: reason.node, url, incarnation: reason.incarnation };
      }
      case 'unavailable':
        return refused(reason.code);
      case 'ended':
        return refused('session.ended');
      default:
        return assertNever(reason);
    }
  }

  /**
   * The edge leaves a node out without saying why. One of this region that refuses connections is over for certain: looked for as if nothing had
   * been said, it is found gone, and nobody waits for its lease.
   */
  async function withoutRefusing(context: RequestContext): Promise<RequestContext> {
    const own = context.excludedNodes.filter(node => node.startsWith(`${region}/`));
    if (own.length === 0) return context;
    const asked = own.map(async node => {
      const url = options.urlOf(node);
      return url !== undefined && (await options.refuses(url)) ? [node] : [];
    });
    const over = (await Promise.all(asked)).flat();
    return { ...context, excludedNodes: context.excludedNodes.filter(node => !over.includes(node)) };
  }

  return {
    judge,
    async pass(call, key, fresh) {
      const { requestId } = call.context;
      let context = await withoutRefusing(call.context);
      for (let look = 0; look < maxLooks; look += 1) {
        const verdict = await judge(context, key, fresh, call.forwarded);
        switch (verdict.kind) {
          case 'here':
            // The pin follows the agent session alone.
            if (key.service === undefined) call.response.setHeader(headers.epoch, String(verdict.epoch));
            return 'here';
          case 'elsewhere':
            answerElsewhere(call.response, verdict.region, requestId);
            return 'answered';
          case 'refused':
            // It has no commands that two owners could give: rather served here, unowned, than not at all.
            if (key.service !== undefined && verdict.code !== 'session.ended' && !call.forwarded && !options.draining()) return 'here';
            answerError(call.response, new AppError(verdict.code), requestId);
            return 'answered';
          case 'forward':
            break;
        }
        const outcome = await forwarder.forward(call, verdict.node);
        if (outcome === 'answered') return 'answered';
        log.warn('owner gave no answer', { requestId, owner: verdict.node, outcome });
        context = evidence(context, verdict, outcome);
      }
      answerError(call.response, new AppError('ownership.busy'), requestId);
      return 'answered';
    },
  };
}

/** The pin's epoch is the agent session's. */
function withoutPin({ pinEpoch: _pin, ...context }: RequestContext): RequestContext {
  return context;
}

const refused = (code: ErrorCode): Verdict => ({ kind: 'refused', code, status: errorTable[code].status });

/** What a failed forward says: a refused connection that this incarnation is over, silence that its node is to be left out, a refusal nothing. */
function evidence(context: RequestContext, owner: Extract<Verdict, { kind: 'forward' }>, outcome: ForwardOutcome): RequestContext {
  if (outcome === 'declined') return context;
  if (outcome === 'refused' && owner.incarnation !== undefined) return { ...context, gone: [...(context.gone ?? []), owner.incarnation] };
  return { ...context, excludedNodes: [...context.excludedNodes, owner.node] };
}
