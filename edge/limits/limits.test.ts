import { describe, expect, it } from 'vitest';
import { replayLimitBytes, takeBody } from './body.ts';
import { createSlots } from './slots.ts';

const streamOf = (chunks: number[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull(controller) {
      const size = chunks.shift();
      if (size === undefined) controller.close();
      else controller.enqueue(new Uint8Array(size));
    },
  });
const post = (body: BodyInit | null, headers: Record<string, string> = {}): Request =>
  new Request('http://edge/', { method: 'POST', body, headers });
const take = (request: Request, maxBytes: number) => takeBody(request, request.headers, maxBytes);

describe('slots', () => {
  it('never runs more than five at once, and runs all in order', async () => {
    const slots = createSlots();
    const release: (() => void)[] = [];
    const started: number[] = [];
    const tasks = Array.from({ length: 12 }, (_, index) =>
      slots.run(() => {
        started.push(index);
        return new Promise<void>(resolve => release.push(resolve));
      }),
    );
    for (let done = 0; done < 12; done += 1) {
      await Promise.resolve();
      expect(slots.busy).toBeLessThanOrEqual(5);
      expect(started.length - done).toBeLessThanOrEqual(5);
      release[done]?.();
      await tasks[done];
    }
    expect(started).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(slots.busy).toBe(0);
  });

  it('frees the slot of a task that failed', async () => {
    const slots = createSlots(1);
    await expect(slots.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await slots.run(() => Promise.resolve('yes'))).toBe('yes');
  });
});

describe('request bodies', () => {
  it('keeps small ones whole, with and without a length', async () => {
    expect(await take(post('{"a":1}', { 'content-length': '7' }), 1_000_000)).toMatchObject({ kind: 'bytes' });
    const taken = await take(post(streamOf([10, 20])), 1_000_000);
    expect(taken.kind === 'bytes' && taken.bytes.length).toBe(30);
    expect(await take(post(null), 1_000_000)).toEqual({ kind: 'none' });
  });

  it('streams large ones, complete and in order', async () => {
    const taken = await take(post(streamOf([replayLimitBytes, 5, 7])), 1_000_000);
    expect(taken.kind).toBe('stream');
    expect(taken.kind === 'stream' && (await new Response(taken.stream).arrayBuffer()).byteLength).toBe(replayLimitBytes + 12);
  });

  it('refuses an announced length over the limit at once', async () => {
    expect(() => take(post('x', { 'content-length': '2000000' }), 1_000_000)).toThrow(
      expect.objectContaining({ code: 'request.too-large' }),
    );
  });

  it('breaks an unannounced body off at the limit', async () => {
    const taken = await take(post(streamOf([replayLimitBytes, 1, 100_000])), 100_000);
    await expect(taken.kind === 'stream' && new Response(taken.stream).arrayBuffer()).rejects.toBeDefined();
  });

  it.each(['-1', '1e3', ' 1x', '99999999999999999999'])('refuses the length %j', async length => {
    expect(() => take(post('x', { 'content-length': length }), 1_000_000)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });
});
