import { AppError } from '@handover/shared/errors';
import { headers } from '@handover/shared/headers';
import type { Logger } from '@handover/shared/log';
import type { AgentSessionKey, Ownership, OwnershipRefusal } from '../contracts/ownership.ts';
import { answerElsewhere, answerError } from './answer.ts';
import type { Call } from './call.ts';
import type { Forwarder } from './forward.ts';

export interface GateOptions {
  ownership: Ownership;
  forwarder: Forwarder;
  region: string;
  log: Logger;
}

/** How often a request looks again after its owner turned out to be gone; each look excludes one more node. */
const maxLooks = 3;

/**
 * Lets a request through when this node owns its agent session, or has just taken it over. Otherwise it is forwarded once inside the region,
 * answered 421 for another region, or refused with nothing executed.
 */
export function createGate(options: GateOptions): (call: Call, key: AgentSessionKey, fresh: boolean) => Promise<'here' | 'answered'> {
  const { ownership, forwarder, region, log } = options;

  return async function pass(call, key, fresh) {
    let context = call.context;
    for (let look = 0; look < maxLooks; look += 1) {
      const owned = await ownership.ensure(key, context, { fresh });
      if (owned.ok) {
        call.response.setHeader(headers.epoch, String(owned.value.epoch));
        return 'here';
      }
      const refusal = owned.reason;
      if (refusal.kind !== 'elsewhere' || refusal.region !== region || call.forwarded) return refuse(call, refusal);
      const outcome = await forwarder.forward(call, refusal.node);
      if (outcome === 'answered') return 'answered';
      log.warn('owner gave no answer, taking over', { requestId: context.requestId, owner: refusal.node, outcome });
      context = { ...context, excludedNodes: [...context.excludedNodes, refusal.node] };
    }
    answerError(call.response, new AppError('ownership.busy'), context.requestId);
    return 'answered';
  };

  function refuse(call: Call, refusal: OwnershipRefusal): 'answered' {
    const requestId = call.context.requestId;
    switch (refusal.kind) {
      case 'elsewhere':
        // A forwarded request whose owner moved on meanwhile: the node that forwarded looks again.
        if (refusal.region === region) answerError(call.response, new AppError('ownership.busy'), requestId);
        else answerElsewhere(call.response, refusal.region, requestId);
        break;
      case 'unavailable':
        answerError(call.response, new AppError(refusal.code), requestId);
        break;
      case 'ended':
        answerError(call.response, new AppError('session.ended'), requestId);
        break;
    }
    return 'answered';
  }
}
