import type { IxnProperties, IxnReport, MediaState, MediaType } from '@handover/shared/genesys';
import { actionTarget, type Fact } from './facts.ts';

type Begun = Extract<Fact, { kind: 'begin' }>;
type Work = 'Delivering' | 'Handling';

/** Turns what an Interaction Server reports into facts about agents and queues. Pure: time comes with each call. */
export class AgentMedia {
  /** What agents are offered or handle, by agent, interaction and which of the two. */
  readonly #open = new Map<string, Begun>();
  /** How the media of agents stand. */
  readonly #media = new Map<string, Map<MediaType, Begun>>();
  /** Agents of whom nothing was heard since the connection was made. */
  #stale = new Set<string>();
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

  /** A new connection: what it tells before the first look is all there is. */
  connected(): void {
    this.#stale = new Set(this.#media.keys());
  }

  /** All media of an agent. Waiting for work, or not ready for it, as on the phone. */
  media(agentID: string, media: readonly { mediaType: MediaType; state: MediaState }[], at: number): Fact[] {
    this.#stale.delete(agentID);
    const before = this.#media.get(agentID) ?? new Map<MediaType, Begun>();
    const now = new Map(media.map(({ mediaType, state }) => [mediaType, mediumFact(agentID, mediaType, state, at)]));
    const facts: Fact[] = [];
    for (const [mediaType, begun] of before) {
      if (now.get(mediaType)?.action === begun.action) now.set(mediaType, begun);
      else facts.push({ ...begun, kind: 'end', at });
    }
    for (const [mediaType, begun] of now) if (before.get(mediaType) !== begun) facts.push(begun);
    if (now.size === 0) this.#media.delete(agentID);
    else this.#media.set(agentID, now);
    return facts;
  }

  /** All that is handled, from a look at everything: what was missed begins or ends now. */
  items(items: readonly IxnProperties[], at: number): Fact[] {
    const facts = [...this.#stale].flatMap(agentID => this.media(agentID, [], at));
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

function mediumFact(agentID: string, mediaType: MediaType, state: MediaState, at: number): Begun {
  const action = state === 'Ready' ? 'WaitForNextCall' : 'NotReadyForNextCall';
  return { kind: 'begin', at, target: actionTarget('agent', agentID), key: `medium ${mediaType}`, action, mediaType };
}

const nameOf = (agentID: string, interactionID: string, work: Work): string => `${work} ${agentID} ${interactionID}`;
