import type { Workbin } from '../state/item.ts';
import type { AnswerWire, Asking } from './asking.ts';
import type { Api } from './client.ts';
import { restingIn, workbinsFrom, type InteractionWire } from './item-events.ts';

interface WorkbinsWire extends AnswerWire {
  workbins?: { id: string; mediatype?: string }[];
}
interface ContentsWire extends AnswerWire {
  workbins?: { workbinId: string; interactions: InteractionWire[] }[];
}

const maxWorkbins = 50;

/** The agent's own workbins with what lies in them; from then on events tell what changes. */
export async function readWorkbins({ ask }: Asking, api: Pick<Api, 'post'>): Promise<Workbin[]> {
  const known = (await ask('/workbins/get-workbins', {})) as WorkbinsWire;
  const workbins = workbinsFrom(known.workbins ?? []).slice(0, maxWorkbins);
  if (workbins.length === 0) return [];
  const workbinIds = workbins.map(workbin => workbin.id);
  // Before the question, so that nothing is missed between the two.
  await api.post('/workbins/subscribe', { workbinIds });
  const { workbins: contents = [] } = (await ask('/workbins/get-contents', { workbinIds })) as ContentsWire;
  return workbins.map(workbin => ({
    ...workbin,
    items: restingIn(contents.find(content => content.workbinId === workbin.id)?.interactions ?? []),
  }));
}
