import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createAsking } from './asking.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const deadlineMs = 100;
/** A server that takes every request, or with `refusal` none. */
function server(refusal?: Error) {
  const ids: string[] = [];
  const asking = createAsking(
    {
      post: (_path, _data, operationId = '') => {
        ids.push(operationId);
        return refusal === undefined ? Promise.resolve({}) : Promise.reject(refusal);
      },
    },
    deadlineMs,
  );
  return { asking, ids };
}

it('a question is answered by the event of its operation, not by another', async () => {
  const { asking, ids } = server();
  const answer = asking.ask('/a', {});
  asking.hear({ messageType: 'UcsMessage', operationId: 'other', name: 'x' });
  asking.hear({ messageType: 'InteractionStateChanged', operationId: ids[0] ?? '', name: 'y' });
  asking.hear({ messageType: 'UcsMessage', operationId: ids[0] ?? '', name: 'z' });
  expect((await answer).name).toBe('z');
});

it('a question fails when it is refused', async () => {
  await expect(server(new Error('no')).asking.ask('/a', {})).rejects.toThrow('no');
});

it('a question fails when nobody answers in time', async () => {
  const refused = expect(server().asking.ask('/a', {})).rejects.toThrow('no answer in time');
  await vi.advanceTimersByTimeAsync(deadlineMs);
  await refused;
});

it('no more than fifty questions wait at once', async () => {
  const { asking } = server();
  const waiting = Array.from({ length: 50 }, () => expect(asking.ask('/a', {})).rejects.toThrow('no answer in time'));
  await expect(asking.ask('/a', {})).rejects.toThrow('too many');
  await vi.advanceTimersByTimeAsync(deadlineMs);
  await Promise.all(waiting);
});
