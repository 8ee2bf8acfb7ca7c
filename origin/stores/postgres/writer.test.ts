import { describe, expect, test } from 'vitest';
import { createWriter } from './writer.ts';

/** A writer whose rounds show these servers, one after the other. */
function writerOf(...rounds: (number | undefined)[]) {
  const sure = new Set([0, 1]);
  const left = [...rounds];
  const writer = createWriter(
    () => Promise.resolve(left.shift()),
    index => sure.has(index),
  );
  return { writer, sure, left };
}

describe('the server that is written to', () => {
  test('is one that two rounds in a row show', async () => {
    const { writer, left } = writerOf(1, 1);
    await writer.look();
    expect([writer.index, left.length]).toEqual([1, 0]);
  });

  test('is none when the second round shows another one, until that one is confirmed', async () => {
    const { writer } = writerOf(0, 1, 1, 1);
    await writer.look();
    expect(writer.index).toBeUndefined();
    await writer.look();
    expect(writer.index).toBe(1);
  });

  test('is none when the second round shows none', async () => {
    const { writer } = writerOf(0, undefined);
    await writer.look();
    expect(writer.index).toBeUndefined();
  });

  test('needs one round when it was there all the time, and two when it was away', async () => {
    const { writer, sure, left } = writerOf(0, 0, 0, 0, undefined);
    await writer.look();
    await writer.look();
    expect(left).toHaveLength(2);
    sure.delete(0);
    await writer.look();
    expect([writer.index, left.length]).toEqual([undefined, 0]);
  });

  test('is none at once when a round shows none, and after it was forgotten', async () => {
    const { writer, left } = writerOf(0, 0, undefined, 0, 0);
    await writer.look();
    await writer.look();
    expect([writer.index, left.length]).toEqual([undefined, 2]);
    await writer.look();
    writer.forget();
    expect(writer.index).toBeUndefined();
  });

  test('is looked for once by all who ask at the same time', async () => {
    const { writer, left } = writerOf(0, 0, 1, 1);
    await Promise.all([writer.look(), writer.look()]);
    expect([writer.index, left.length]).toEqual([0, 2]);
  });
});
