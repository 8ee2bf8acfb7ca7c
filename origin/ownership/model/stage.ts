import type { Reply } from './node-app.ts';
import { Scene } from './scene.ts';
import { Judge } from './walk.ts';
import type { WalkOptions } from './scene.ts';
import { wallTime } from './world.ts';

export interface Ask {
  readonly excluded?: readonly string[];
  readonly pinEpoch?: number;
  readonly id?: string;
  /** Wall ms; now by default. */
  readonly stampMs?: number;
}

export interface Answered {
  readonly id: string;
  readonly node: string;
  readonly askedAt: number;
  readonly at: number;
  readonly reply: Reply;
}

/** A scene in which a sequence says who is asked when. */
export class Stage extends Scene {
  readonly answers: Answered[] = [];
  /** Epochs of served requests, the newest last. */
  readonly epochs: number[] = [];
  private asked = 0;

  at(time: number, run: () => void): void {
    this.world.at(time, run);
  }

  /** A request that reaches the node at this time. */
  ask(time: number, node: string, options: Ask = {}): void {
    this.asked += 1;
    const id = options.id ?? `r${this.asked}`;
    this.world.at(time, () => {
      const app = this.living(node);
      if (app === undefined) return;
      const request = {
        id,
        once: false,
        stampMs: options.stampMs ?? wallTime(this.world),
        pinEpoch: options.pinEpoch ?? 0,
        excluded: options.excluded ?? [],
        fresh: this.epochs.length === 0,
        forwarded: false,
      };
      app.parts.process.deliver(`http ${id} ${this.asked}`, () => {
        void app.handle(request).then(reply => {
          if (reply.kind === 'done') this.epochs.push(reply.epoch);
          this.answers.push({ id, node, askedAt: time, at: this.world.now, reply });
        });
      });
    });
  }

  freeze(from: number, until: number, node: string): void {
    this.world.at(from, () => this.living(node)?.parts.process.freeze());
    this.world.at(until, () => this.living(node)?.parts.process.thaw());
  }

  /** Runs `then` as soon as `when` holds, looking each millisecond. */
  once(from: number, when: () => boolean, then: () => void): void {
    const look = (): void => (when() ? then() : void this.world.after(1, look));
    this.world.at(from, look);
  }

  row(): ReturnType<Scene['core']['read']> {
    return this.core.read('acme:ann');
  }

  active(node: string): boolean {
    return (
      this.living(node)
        ?.ownership.status()
        .sessions.some(each => each.state === 'active') ?? false
    );
  }

  served(id: string): Answered | undefined {
    return this.answers.find(each => each.id === id && each.reply.kind === 'done');
  }
}

export interface Sequence {
  /** How often it is played, with other delays each time; the fault it shows may need a narrow window. */
  readonly seeds: number;
  readonly until: number;
  readonly options?: Omit<WalkOptions, 'seed' | 'faults'>;
  play(stage: Stage): void;
  /** What is wrong at the end, besides what the server's log shows. */
  wrong?(stage: Stage): string | undefined;
}

/** Plays the sequence with every seed; answers what went wrong, one text for each seed that did. */
export async function playAll(sequence: Sequence, off: Pick<WalkOptions, 'rules' | 'registryRules'> = {}): Promise<string[]> {
  const faults: string[] = [];
  for (let seed = 1; seed <= sequence.seeds; seed += 1) {
    const stage = new Stage({ ...sequence.options, ...off, seed, faults: [], tabs: 0 });
    stage.lostReply = 0;
    sequence.play(stage);
    const judge = new Judge(stage);
    await stage.world.runUntil(sequence.until, () => judge.look());
    const found = judge.violations[0] ?? sequence.wrong?.(stage);
    if (found !== undefined) faults.push(`seed ${seed}: ${found}`);
  }
  return faults;
}
