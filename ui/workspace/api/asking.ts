import type { Api } from './client.ts';

/** An event that may answer an operation. */
export interface AnswerWire {
  messageType?: string;
  operationId?: string;
  name?: string;
}

/** Operations whose answer comes as an event. */
export interface Asking {
  /** The event that answers; rejects when the request was refused, or nothing came in time. */
  readonly ask: (path: string, data: object) => Promise<AnswerWire>;
  /** Gives an event to whoever waits for it. */
  readonly hear: (message: AnswerWire) => void;
}

const maxWaiting = 50;
const answers: readonly (string | undefined)[] = ['UcsMessage', 'WorkbinsMessage', 'EventError'];

export function createAsking(api: Pick<Api, 'post'>, deadlineMs: number): Asking {
  const waiting = new Map<string, (message: AnswerWire) => void>();
  return {
    async ask(path, data) {
      if (waiting.size >= maxWaiting) throw new Error('too many questions at once');
      const operationId = crypto.randomUUID();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const answered = new Promise<AnswerWire>((resolve, reject) => {
        waiting.set(operationId, resolve);
        timer = setTimeout(() => reject(new DOMException('no answer in time', 'TimeoutError')), deadlineMs);
      });
      try {
        // The event may overtake the answer, which says no more than that the request was taken.
        await Promise.race([answered, api.post(path, data, operationId)]);
        return await answered;
      } finally {
        clearTimeout(timer);
        waiting.delete(operationId);
      }
    },
    hear(message) {
      const { operationId, messageType } = message;
      if (operationId !== undefined && answers.includes(messageType)) waiting.get(operationId)?.(message);
    },
  };
}
