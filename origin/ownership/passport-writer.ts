import type { Surroundings } from './surroundings.ts';

const gapMs = 250;
/** Larger passports are refused: they travel with every takeover. */
export const passportLimit = 4_096;

/** What a sealed passport is bound to. */
export const passportBinding = (session: string, epoch: number): string => `passport|${session}|${epoch}`;

/**
 * Writes the newest passport of one session, at most one write at a time and at most four a second; intermediate ones are dropped. A write that
 * failed is repeated by `kick`, with the newest content.
 */
export class PassportWriter {
  private pending: { text: string; epoch: number } | undefined;
  private running: Promise<void> | undefined;
  private readonly session: string;
  private readonly around: Surroundings;

  constructor(session: string, around: Surroundings) {
    this.session = session;
    this.around = around;
  }

  get waiting(): boolean {
    return this.pending !== undefined;
  }

  save(text: string, epoch: number): void {
    this.pending = { text, epoch };
    this.kick();
  }

  /** Starts a write when something waits and none runs. */
  kick(): void {
    if (this.pending === undefined || this.running !== undefined) return;
    this.running = this.write().finally(() => (this.running = undefined));
  }

  /** Waits until the newest content is written, or a write fails. */
  async flush(): Promise<void> {
    for (let round = 0; round < 3 && (this.pending !== undefined || this.running !== undefined); round += 1) {
      this.kick();
      await this.running;
    }
  }

  drop(): void {
    this.pending = undefined;
  }

  private async write(): Promise<void> {
    const { registry, sealer, clock, log } = this.around;
    const taken = this.pending;
    if (taken === undefined) return;
    this.pending = undefined;
    try {
      const sealed = await sealer.seal(taken.text, passportBinding(this.session, taken.epoch));
      await registry.putPassport(this.session, { epoch: taken.epoch, sealed });
      clock.after(gapMs, () => this.kick());
    } catch (error) {
      this.pending ??= taken;
      log.debug('passport not written', { session: this.session, cause: error instanceof Error ? error.name : 'unknown' });
    }
  }
}
