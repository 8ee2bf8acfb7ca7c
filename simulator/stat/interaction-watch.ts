import type { IxnProperties, MediaType } from '@handover/shared/genesys';
import { actionTarget, type Fact } from './facts.ts';

interface Place {
  mediaType: MediaType;
  targets: readonly string[];
  since: number;
}

/** Where an interaction waits: in a queue, or in the workbin of somebody, which counts in the workbins of that type as well. */
function placeOf({ mediaType, queue, workbin, state, placedInQueueAt, submittedAt }: IxnProperties): Place | undefined {
  if (workbin !== undefined && state === 'InWorkbin') {
    const { workbinType, ownerID } = workbin;
    return {
      mediaType,
      targets: [actionTarget('workbin', workbinType), actionTarget('workbin', `${workbinType}/${ownerID}`)],
      since: submittedAt,
    };
  }
  return queue === undefined || state === 'Handling'
    ? undefined
    : { mediaType, targets: [actionTarget('queue', queue)], since: placedInQueueAt ?? submittedAt };
}

/** Turns one snapshot after the other into facts about queues and workbins. Pure: time comes with each call. */
export class InteractionWatch {
  #places = new Map<string, Place>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  items(items: readonly IxnProperties[], at: number): Fact[] {
    const now = new Map(items.flatMap(item => [[item.interactionID, placeOf(item)] as const]));
    const facts: Fact[] = [];
    for (const [key, place] of this.#places)
      for (const target of place.targets) {
        if (now.get(key)?.targets.includes(target) === true) continue;
        facts.push({ kind: 'end', at, target, key, action: 'InteractionWait', mediaType: place.mediaType });
        const durationMs = at - place.since;
        facts.push({ kind: 'happened', at, target, action: 'InteractionDistributed', durationMs, mediaType: place.mediaType });
      }
    const places = new Map<string, Place>();
    for (const [key, place] of now) {
      if (place === undefined) continue;
      const before = this.#places.get(key);
      // Not before the last look: what is known already would no longer be in the order of time.
      const since = Math.min(at, Math.max(place.since, this.#lookedAt));
      places.set(key, before ?? { ...place, since });
      for (const target of place.targets) {
        if (before?.targets.includes(target) === true) continue;
        places.set(key, { ...place, since });
        facts.push({ kind: 'happened', at: since, target, action: 'InteractionEntered', durationMs: 0, mediaType: place.mediaType });
        facts.push({ kind: 'begin', at: since, target, key, action: 'InteractionWait', mediaType: place.mediaType });
      }
    }
    this.#places = places;
    this.#lookedAt = at;
    return facts.sort((one, other) => one.at - other.at);
  }
}
