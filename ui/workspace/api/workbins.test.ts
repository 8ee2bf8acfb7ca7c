import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Workbin } from '../state/item.ts';
import { createWorkbinReader } from './workbins.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server with one workbin, that fails as long as `fails`. */
function scene() {
  const server = { fails: false, questions: 0, read: [] as Workbin[][] };
  const ask = (path: string): Promise<object> => {
    server.questions += 1;
    if (server.fails) return Promise.reject(new Error('nobody'));
    if (path.endsWith('get-workbins')) return Promise.resolve({ workbins: [{ id: 'email-draft', mediatype: 'email' }] });
    const interactions = [{ id: 'e1', mediatype: 'email', state: 'InWorkbin', subject: 'Order' }];
    return Promise.resolve({ workbins: [{ workbinId: 'email-draft', interactions }] });
  };
  const reader = createWorkbinReader({ ask, hear: () => undefined }, { post: () => Promise.resolve({}) }, read => server.read.push(read));
  return { server, reader };
}

const draft = { id: 'email-draft', medium: 'email', items: [{ id: 'e1', medium: 'email', subject: 'Order', from: undefined }] };

it('workbins are read with what lies in them, once', async () => {
  const { server, reader } = scene();
  reader.look();
  reader.look();
  await vi.advanceTimersByTimeAsync(0);
  reader.look();
  await vi.advanceTimersByTimeAsync(0);
  expect(server.read).toEqual([[draft]]);
});

it('workbins are read again after they were forgotten', async () => {
  const { server, reader } = scene();
  reader.look();
  await vi.advanceTimersByTimeAsync(0);
  reader.forget();
  reader.look();
  await vi.advanceTimersByTimeAsync(0);
  expect(server.read).toHaveLength(2);
});

it('workbins that could not be read are tried again, for a minute and no longer', async () => {
  const { server, reader } = scene();
  server.fails = true;
  reader.look();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(server.questions).toBe(2);
  server.fails = false;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(server.read).toHaveLength(1);
  reader.forget();
  server.fails = true;
  const { questions } = server;
  reader.look();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(server.questions).toBe(questions + 20);
});
