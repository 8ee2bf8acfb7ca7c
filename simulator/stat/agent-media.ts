import type { IxnProperties, IxnReport } from '@handover/shared/genesys';
import { actionTarget, type Fact } from './facts.ts';

type Begun = Extract<Fact, { kind: 'begin' }>;
type Work = 'Delivering' | 'Handling';

/** Turns what an Interaction Server reports into facts about agents and queues. Pure: time comes with each call. */
export class AgentMedia {
  /** What agents are offered or handle, by agent, interaction and which of the two. */
  readonly #open = new Map<string, Begun>();
  /** Reported since the last look: a look may have missed that. */
  readonly #reported = new Set<string>();

  report(report: IxnReport, at: number): Fact[] {
    const { action, agentID, interactionID, queue, waitedMs = 0, mediaType } = report;
    this.#reported.add(interactionID);
    if (queue !== undefined) {
      const target = actionTarget('queue', queue);
      return [{ kind: 'happened', at, target, action: `Interaction${action}`, durationMs: waitedMs, mediaType }];
    }
    if (agentID === undefined) return [];
    const happened = (durationMs: number): Fact => ({
      kind: 'happened',
      at,
      target: actionTarget('agent', agentID),
      action: `Interaction${action}`,
      durationMs,
      mediaType,
    });
    switch (action) {
      case 'Delivering':
      case 'Handling':
        return this.#begin(agentID, report, action, at);
      case 'Accepted':
      case 'Rejected':
      case 'Revoked': {
        const ended = this.#end(nameOf(agentID, interactionID, 'Delivering'), at);
        return [...ended.facts, happened(ended.ms)];
      }
      case 'Released':
        return this.#end(nameOf(agentID, interactionID, 'Handling'), at).facts;
      case 'Stopped': {
        const begun = this.#open.get(nameOf(agentID, interactionID, 'Handling'));
        return [happened(at - (begun?.at ?? at))];
      }
      case 'Abandoned':
      case 'Cleared':
        return [];
    }
  }

  /** All that is handled, from a look at everything: what was missed begins or ends now. */
  items(items: readonly IxnProperties[], at: number): Fact[] {
    const facts: Fact[] = [];
    const handled = new Set<string>();
    for (const item of items) {
      if (item.state !== 'Handling') continue;
      for (const { agentID } of item.parties) {
        if (agentID === undefined) continue;
        handled.add(nameOf(agentID, item.interactionID, 'Handling'));
        if (!this.#reported.has(item.interactionID)) facts.push(...this.#begin(agentID, item, 'Handling', at));
      }
    }
    for (const [name, { key }] of [...this.#open])
      if (key.startsWith('Handling ') && !handled.has(name) && !this.#reported.has(key.slice('Handling '.length)))
        facts.push(...this.#end(name, at).facts);
    this.#reported.clear();
    return facts;
  }

  #begin(
    agentID: string,
    { interactionID: key, interactionType, mediaType }: Pick<IxnReport, 'interactionID' | 'interactionType' | 'mediaType'>,
    work: Work,
    at: number,
  ): Fact[] {
    const name = nameOf(agentID, key, work);
    if (this.#open.has(name)) return [];
    const action = work === 'Delivering' ? 'InteractionDelivering' : `InteractionHandling${interactionType}`;
    const begun: Begun = { kind: 'begin', at, target: actionTarget('agent', agentID), key: `${work} ${key}`, action, mediaType };
    this.#open.set(name, begun);
    return [begun];
  }

  #end(name: string, at: number): { facts: Fact[]; ms: number } {
    const begun = this.#open.get(name);
    if (begun === undefined) return { facts: [], ms: 0 };
    this.#open.delete(name);
    return { facts: [{ ...begun, kind: 'end', at }], ms: at - begun.at };
  }
}

const nameOf = (agentID: string, interactionID: string, work: Work): string => `${work} ${agentID} ${interactionID}`;
