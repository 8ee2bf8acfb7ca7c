import type { AgentSessionKey } from '../contracts/ownership.ts';
import type { Surroundings } from './surroundings.ts';

/** So many writes may follow each other at once, and no more in this time. */
const burst = 32;
const burstMs = 2_000;
/** Larger passports are refused: they travel with every takeover. What is open at another service than the agent session's may be long. */
export const passportLimit = (key: AgentSessionKey): number => (key.service === undefined ? 4_096 : 32_768);

/** What a sealed passport is bound to. */
export const passportBinding = (session: string, epoch: number): string => `passport|${session}|${epoch}`;

/**
 * Writes the newest passport of one session, one write at a time, at once as long as there are not many; then sixteen a second, and intermediate
 * ones are dropped. At once, because what a client was told a moment ago must not be forgotten with this node. A write that failed is repeated
 * by `kick`, with the newest content.
 */
export class PassportWriter {
  private pending: string | undefined;
  private running: Promise<void> | undefined;
  /** When the last writes began, oldest first. */
  private begun: number[] = [];
  private waitsForTurn = false;
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

  /** Starts a write when something waits and none runs; later, when there were many. */
  kick(): void {
    if (this.pending === undefined || this.running !== undefined || this.epoch() === 0) return;
    const { clock } = this.around;
    const waitMs = this.begun.length < burst ? 0 : (this.begun[0] ?? 0) + burstMs - clock.monotonic();
    if (waitMs <= 0) return this.start();
    if (this.waitsForTurn) return;
    this.waitsForTurn = true;
    clock.after(waitMs, () => {
      this.waitsForTurn = false;
      this.kick();
    });
  }

  private start(): void {
    this.begun = [...this.begun, this.around.clock.monotonic()].slice(-burst);
    this.running = this.write().then(written => {
      this.running = undefined;
      if (written) this.kick();
    });
  }

  /** Waits until the newest content is written, or a write fails. */
  async flush(): Promise<void> {
    for (let round = 0; round < 3 && (this.pending !== undefined || this.running !== undefined); round += 1) {
      if (this.running === undefined && this.pending !== undefined && this.epoch() !== 0) this.start();
      await this.running;
    }
  }

  drop(): void {
    this.pending = undefined;
  }

  private async write(): Promise<boolean> {
    const { registry, sealer, log } = this.around;
    const taken = this.pending;
    const epoch = this.epoch();
    if (taken === undefined || epoch === 0) return false;
    this.pending = undefined;
    try {
      const sealed = await sealer.seal(taken, passportBinding(this.session, epoch));
      await registry.putPassport(this.session, { epoch, sealed });
      return true;
    } catch (error) {
      this.pending ??= taken;
      log.debug('passport not written', { session: this.session, cause: error instanceof Error ? error.name : 'unknown' });
      return false;
    }
  }
}
