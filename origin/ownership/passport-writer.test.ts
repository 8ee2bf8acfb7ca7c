import { createLogger } from '@handover/shared/log';
import { createFakeClock } from '@handover/shared/time';
import { describe, expect, it } from 'vitest';
import { PassportWriter } from './passport-writer.ts';
import type { Surroundings } from './surroundings.ts';

/** A registry that answers when it is told to. */
function createStage(): {
  writer: PassportWriter;
  written: string[];
  answer: () => Promise<void>;
  fail: () => Promise<void>;
  clock: ReturnType<typeof createFakeClock>;
} {
  const clock = createFakeClock();
  const written: string[] = [];
  const open: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  const putPassport = (_session: string, { sealed }: { sealed: string }): Promise<void> => {
    written.push(sealed);
    return new Promise((resolve, reject) => open.push({ resolve, reject }));
  };
  const around = {
    clock,
    log: createLogger({ sink: () => undefined, area: 'test' }),
    registry: { putPassport },
    sealer: { seal: async (plain: string) => plain },
  };
  const writer = new PassportWriter('acme:ann', around as unknown as Surroundings, () => 7);
  const answer = async (): Promise<void> => {
    await settled();
    open.shift()?.resolve();
    await settled();
  };
  const fail = async (): Promise<void> => {
    await settled();
    open.shift()?.reject(new Error('registry lost'));
    await settled();
  };
  return { writer, written, answer, fail, clock };
}

describe('a passport', () => {
  it('that changes while it is written is written again at once, the newest only', async () => {
    const { writer, written, answer } = createStage();
    for (const text of ['1', '2', '3']) writer.save(text);
    await answer();
    expect(written).toEqual(['1', '3']);
    await answer();
    expect(writer.waiting).toBe(false);
  });

  it('that keeps changing is written 32 times in two seconds, then when it is time', async () => {
    const { writer, written, answer, clock } = createStage();
    for (let change = 0; change < 50; change += 1) {
      writer.save(String(change));
      await answer();
    }
    expect(written).toHaveLength(32);
    clock.advance(2_000);
    await answer();
    expect(written).toHaveLength(33);
    expect(written.at(-1)).toBe('49');
  });

  it('whose write failed is kept, and written with the next kick', async () => {
    const { writer, written, fail, answer } = createStage();
    writer.save('1');
    await fail();
    expect(writer.waiting).toBe(true);
    writer.kick();
    await answer();
    expect(written).toEqual(['1', '1']);
    expect(writer.waiting).toBe(false);
  });

  it('is written to its end before a session is handed over, however many writes there were', async () => {
    const { writer, written, answer } = createStage();
    for (let change = 0; change < 40; change += 1) {
      writer.save(String(change));
      await answer();
    }
    const flushed = writer.flush();
    await answer();
    await flushed;
    expect(written.at(-1)).toBe('39');
  });
});
