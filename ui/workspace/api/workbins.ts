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
const maxTries = 20;
const retryMs = 3_000;

export interface WorkbinReader {
  /** Reads the workbins unless they are known, or are being read. */
  readonly look: () => void;
  /** What is known may be old: events may have been missed. */
  readonly forget: () => void;
}

/** Reads the workbins until it succeeds: for about a minute, and then when it is asked again. */
export function createWorkbinReader(asking: Asking, api: Pick<Api, 'post'>, onWorkbins: (workbins: Workbin[]) => void): WorkbinReader {
  let isKnown = false;
  let isReading = false;
  const read = async (): Promise<void> => {
    for (let tries = 0; tries < maxTries && !isKnown; tries += 1) {
      // Forgotten while it is being read, it is read again.
      isKnown = true;
      const workbins = await readWorkbins(asking, api).catch(() => undefined);
      if (workbins !== undefined) onWorkbins(workbins);
      else isKnown = false;
      if (!isKnown) await new Promise(resolve => setTimeout(resolve, retryMs));
    }
    isReading = false;
  };
  return {
    look() {
      if (isKnown || isReading) return;
      isReading = true;
      void read();
    },
    forget() {
      isKnown = false;
    },
  };
}

/** The agent's own workbins with what lies in them; from then on events tell what changes. */
async function readWorkbins({ ask }: Asking, api: Pick<Api, 'post'>): Promise<Workbin[]> {
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
