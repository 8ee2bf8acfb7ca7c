import type { StatisticValue } from '../state/model.ts';
import type { Api } from './client.ts';

/** The agent's own numbers, as the strip shows them. */
const names = ['InboundCalls', 'OutboundCalls', 'TalkDuration', 'AverageHandlingTime'];
const everyMs = 10_000;

interface ReadingWire {
  statistics?: { name: string; value?: { intValue?: number } }[];
}

/** Asks every ten seconds until it is stopped; what was known stays while nobody answers. */
export function watchStatistics(api: Api, employeeId: string, onValues: (values: readonly StatisticValue[]) => void): () => void {
  const statistics = names.map(name => ({ objectId: employeeId, objectType: 'Agent', name }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const turn = async (): Promise<void> => {
    const answer = (await api.post('/reporting/subscriptions', { statistics }).catch(() => undefined)) as ReadingWire | undefined;
    if (stopped) return;
    if (answer?.statistics !== undefined) onValues(answer.statistics.map(each => ({ name: each.name, value: each.value?.intValue })));
    timer = setTimeout(() => void turn(), everyMs);
  };
  void turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
