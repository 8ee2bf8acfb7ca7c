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
  private pending: string | undefined;
  private running: Promise<void> | undefined;
  private readonly session: string;
  private readonly around: Surroundings;
  private readonly epoch: () => number;

  /** `epoch`: the one that acts, 0 when none does: then the write waits. */
  constructor(session: string, around: Surroundings, epoch: () => number) {
    this.session = session;
    this.around = around;
    this.epoch = epoch;
  }

  get waiting(): boolean {
    return this.pending !== undefined;
  }

  save(text: string): void {
    this.pending = text;
    this.kick();
  }

  /** Starts a write when something waits and none runs. */
  kick(): void {
    if (this.pending === undefined || this.running !== undefined || this.epoch() === 0) return;
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
    const epoch = this.epoch();
    if (taken === undefined || epoch === 0) return;
    this.pending = undefined;
    try {
      const sealed = await sealer.seal(taken, passportBinding(this.session, epoch));
      await registry.putPassport(this.session, { epoch, sealed });
      clock.after(gapMs, () => this.kick());
    } catch (error) {
      this.pending ??= taken;
      log.debug('passport not written', { session: this.session, cause: error instanceof Error ? error.name : 'unknown' });
    }
  }
}
