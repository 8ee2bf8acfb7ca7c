import type { Rules } from '../rules.ts';
import type { RegistryRules } from './registry-core.ts';
import type { Sequence } from './stage.ts';
import { wallTime } from './world.ts';

/** A sequence that breaks when one rule is off. */
export interface Shown {
  readonly name: string;
  readonly sequence: Sequence;
  readonly rules?: Partial<Rules>;
  readonly registryRules?: Partial<RegistryRules>;
}

const a = 'us-east/1';
const c = 'us-east/2';
const b = 'eu-west/1';
/** The session is owned by the first node asked, and quiet, from here on. */
const from = 3_000;

const tooManyTakes =
  (limit: number): Sequence['wrong'] =>
  stage =>
    stage.core.takes > limit ? `${stage.core.takes} takes` : undefined;

export const shown: readonly Shown[] = [
  {
    name: 'C1 an owner cut from the registry does not act after another took the session',
    rules: { letGo: false },
    sequence: {
      seeds: 5,
      until: 11_000,
      play: stage => {
        stage.ask(100, a);
        stage.at(from, () => stage.cutFromRegistry.add(a));
        stage.ask(6_000, b);
        stage.ask(9_000, a);
      },
    },
  },
  {
    name: 'C1 an owner past its lease asks the server before each command',
    rules: { barrier: false },
    sequence: {
      seeds: 60,
      until: 7_000,
      play: stage => {
        stage.ask(100, a);
        stage.at(from, () => stage.cutFromRegistry.add(a));
        stage.freeze(4_600, 5_300 + stage.random.between(0, 400), a);
        stage.ask(4_650, c);
        stage.ask(5_200, a);
      },
    },
  },
  {
    name: 'C1 an unannounced epoch cannot be heard',
    rules: { announce: false },
    sequence: {
      seeds: 5,
      until: 8_000,
      play: stage => {
        stage.ask(100, a);
        stage.at(from, () => stage.cutFromRegistry.add(a));
        stage.ask(5_000, b);
        stage.ask(7_000, a);
      },
    },
  },
  {
    name: 'C2 nobody acts just after the registry lost its data: an owner may still have its lease',
    registryRules: { birth: false },
    sequence: {
      seeds: 60,
      until: 6_000,
      play: stage => {
        stage.ask(100, a);
        stage.freeze(from - 5, from + 500 + stage.random.between(0, 250), a);
        stage.at(from, () => stage.core.lose());
        stage.ask(from + 10, c);
        stage.ask(from + 400, a);
      },
    },
  },
  {
    name: 'C2 epochs do not fall when the registry loses its data',
    registryRules: { clockEpochs: false },
    sequence: {
      seeds: 5,
      until: 8_000,
      play: stage => {
        stage.ask(100, b);
        stage.at(from, () => {
          stage.kill(b);
          stage.core.lose();
        });
        stage.ask(from + 100, a);
        stage.ask(from + 3_000, a);
      },
    },
  },
  {
    name: 'C2 an owner whose lease runs goes on without a pause when the registry loses its data',
    rules: { revive: false },
    sequence: {
      seeds: 10,
      until: 6_000,
      play: stage => {
        stage.ask(100, a);
        stage.at(from, () => stage.core.lose());
        for (let each = 0; each < 30; each += 1) stage.ask(from + each * 50, a);
      },
      wrong: stage => (stage.answers.some(each => each.askedAt >= from && each.at - each.askedAt > 1_000) ? 'a pause' : undefined),
    },
  },
  {
    name: 'C3 a take whose answer was lost is recognised as ours',
    rules: { ownTake: false },
    sequence: {
      seeds: 5,
      until: 8_000,
      play: stage => {
        let lost = false;
        stage.strike = (_node, operation) => {
          if (operation !== 'take' || lost) return undefined;
          lost = true;
          return 'lose-answer';
        };
        stage.ask(2_000, a, { id: 'first' });
      },
      wrong: stage => (stage.served('first') === undefined ? 'not served' : undefined),
    },
  },
  {
    name: 'C4 a living claimant counts as owner: no war of claims',
    rules: { claimedOwns: false },
    sequence: {
      seeds: 10,
      until: 9_000,
      play: stage => {
        stage.ask(100, b);
        stage.freeze(from, from + 2_500, b);
        stage.ask(from + 20, a, { excluded: [b] });
        for (let each = 1; each < 12; each += 1) stage.ask(from + 100 + each * 60, each % 2 === 0 ? a : c);
      },
      wrong: tooManyTakes(4),
    },
  },
  {
    name: "C4 the edge's evidence ends with the epoch it was about: two requests do not rob each other",
    rules: { freshEvidence: false },
    sequence: {
      seeds: 10,
      until: 9_000,
      play: stage => {
        stage.ask(100, c);
        stage.at(from, () => stage.kill(c));
        stage.ask(from + 2_000, a, { excluded: [b, c] });
        stage.ask(from + 2_050, b, { excluded: [a, c] });
      },
      wrong: tooManyTakes(6),
    },
  },
  {
    name: 'C5 an old notice takes nothing from a newer epoch',
    rules: { noticeEpoch: false },
    sequence: {
      seeds: 5,
      until: 9_000,
      play: stage => {
        stage.ask(100, a);
        stage.ask(from, b, { excluded: [a] });
        stage.at(from + 1_200, () => stage.kill(b));
        stage.ask(from + 1_500, a, { excluded: [b] });
        for (let each = 0; each < 10; each += 1) stage.ask(from + 4_000 + each * 150, a);
      },
      wrong: tooManyTakes(3),
    },
  },
  {
    name: 'C6 a record that names a restarted node is taken by it, though nobody asks',
    rules: { audit: false },
    sequence: {
      seeds: 5,
      until: 16_000,
      play: stage => {
        stage.ask(100, a);
        stage.ask(from, b, { excluded: [a] });
        stage.once(
          from,
          () => stage.row()?.owner.startsWith(b) === true,
          () => stage.kill(b),
        );
        stage.at(from + 1_000, () => stage.boot(b));
      },
      wrong: stage => (stage.active(b) ? undefined : 'nobody owns it'),
    },
  },
  {
    name: 'C6 a record of a dead node is taken by the region, though nobody asks',
    rules: { reaper: false },
    sequence: {
      seeds: 3,
      until: 48_000,
      play: stage => {
        stage.ask(100, a);
        stage.ask(from, c, { excluded: [a] });
        stage.once(
          from,
          () => stage.row()?.owner.startsWith(c) === true,
          () => stage.kill(c),
        );
      },
      wrong: stage => (stage.active(a) ? undefined : 'nobody owns it'),
    },
  },
  {
    name: 'C7 predecessors are inherited: a dead claimant proves nothing about the owner before it',
    registryRules: { inherit: false },
    sequence: {
      seeds: 80,
      until: 7_000,
      options: { nodes: [...[a, c, 'us-east/3'].map(id => ({ id, region: 'us-east' })), { id: b, region: 'eu-west' }] },
      play: stage => {
        stage.ask(100, a);
        stage.freeze(from, from + 620 + stage.random.between(0, 250), a);
        stage.ask(from + 10, c, { excluded: [a] });
        stage.once(
          from,
          () => stage.row()?.owner.startsWith(c) === true,
          () => stage.kill(c),
        );
        stage.ask(from + 60, 'us-east/3');
        stage.ask(from + 500, a);
      },
    },
  },
  {
    name: 'C7 a taker waits for a predecessor whose lease lives',
    registryRules: { predecessors: false },
    sequence: {
      seeds: 60,
      until: 7_000,
      play: stage => {
        stage.ask(100, a);
        stage.freeze(from, from + 550 + stage.random.between(0, 300), a);
        stage.ask(from + 10, c, { excluded: [a] });
        stage.ask(from + 500, a);
      },
    },
  },
  {
    name: "C8 a command does not wait in the socket's own queue",
    rules: { drainedSocket: false },
    sequence: {
      seeds: 5,
      until: 7_000,
      play: stage => {
        stage.ask(100, a);
        stage.at(from, () => stage.living(a)?.parts.link.stall());
        stage.ask(from + 10, a);
        stage.freeze(from + 50, from + 3_000, a);
        stage.ask(from + 2_000, b, { excluded: [a] });
        stage.at(from + 2_950, () => stage.living(a)?.parts.link.unstall());
      },
    },
  },
  {
    name: 'C9 the owner counts less than the registry',
    rules: { leaseMargin: false },
    sequence: {
      seeds: 400,
      until: 5_600,
      options: { drift: { registry: 0.01, node: -0.01 } },
      play: stage => {
        stage.ask(100, a);
        stage.freeze(from, from + 5_000, a);
        stage.ask(from + 350 + stage.random.between(0, 500), c, { excluded: [a] });
        stage.ask(from + 400, a);
        // The owner thaws in the moments around the end of its lease at the registry.
        stage.once(
          from,
          () => stage.row()?.state === 'active' && stage.row()?.owner.startsWith(c) === true,
          () => stage.at(stage.world.now + stage.random.between(0, 25), () => stage.living(a)?.parts.process.thaw()),
        );
      },
    },
  },
  {
    name: 'C10 epochs minted without the registry differ',
    rules: { bareMint: false },
    sequence: {
      seeds: 10,
      until: 6_000,
      play: stage => {
        stage.ask(100, a);
        stage.at(from, () => {
          const pinEpoch = stage.epochs.at(-1) ?? 0;
          stage.registryDown = true;
          stage.kill(a);
          stage.ask(from + 100, b, { pinEpoch, excluded: [a] });
          stage.ask(from + 100, c, { pinEpoch, excluded: [a] });
        });
      },
    },
  },
  {
    name: 'C11 a creation of a lease that arrives late resurrects nobody',
    rules: { freshIncarnation: false },
    sequence: {
      seeds: 10,
      until: 9_000,
      options: { withoutDn: true },
      play: stage => {
        let late = (): void => undefined;
        let kept = false;
        stage.at(100, () => {
          stage.kill(a);
          stage.strike = (node, operation, effect) => {
            if (node !== a || operation !== 'createLease' || kept) return undefined;
            [kept, late] = [true, effect];
            return 'kept';
          };
          stage.boot(a);
        });
        stage.ask(from, a);
        stage.freeze(from + 600, from + 2_900, a);
        stage.once(
          from + 700,
          () => stage.row()?.ownerAlive === false,
          () => {
            stage.ask(stage.world.now + 1, c);
            stage.at(stage.world.now + 60, () => late());
            stage.at(stage.world.now + 80, () => stage.living(a)?.parts.process.thaw());
            stage.ask(stage.world.now + 400, a);
          },
        );
      },
    },
  },
  {
    name: 'C12 when the registry fails over to a replica that lost a claim, the claimant hears the next one',
    rules: { letGo: false },
    sequence: {
      seeds: 10,
      until: 7_000,
      play: stage => {
        stage.ask(100, c);
        stage.at(2_600, () => stage.kill(c));
        let back = (): void => undefined;
        stage.at(4_200, () => (back = stage.core.snapshot()));
        stage.ask(4_210, a);
        stage.at(4_937, () => back());
        stage.ask(4_960, b);
        stage.ask(5_700, a);
      },
    },
  },
  {
    name: 'C13 a late duplicate of a repeated request is refused',
    rules: { requestAge: false },
    sequence: {
      seeds: 5,
      until: 12_000,
      play: stage => {
        stage.ask(100, a);
        stage.freeze(from, from + 7_500, c);
        stage.at(from + 10, () => {
          stage.ask(from + 20, c, { id: 'hold', stampMs: wallTime(stage.world) });
        });
        stage.ask(from + 1_920, a, { id: 'hold' });
        stage.ask(from + 2_500, a, { id: 'retrieve' });
      },
      wrong: stage => (stage.sip.log.at(-1)?.requestId === 'hold' ? 'hold after retrieve' : undefined),
    },
  },
  {
    name: 'C14 a take that arrives late changes nothing',
    registryRules: { compareAndSet: false },
    sequence: {
      seeds: 5,
      until: 6_700,
      play: stage => {
        let late = (): void => undefined;
        stage.ask(100, c);
        stage.at(from, () => stage.kill(c));
        stage.at(4_550, () => {
          stage.strike = (node, operation, effect) => {
            if (node !== a || operation !== 'take') return undefined;
            late = effect;
            return 'kept';
          };
        });
        stage.ask(4_600, a);
        stage.at(4_700, () => stage.kill(a));
        stage.ask(4_800, b);
        stage.at(5_600, () => late());
      },
      wrong: stage => (stage.active(b) ? undefined : 'the owner lost the session to a dead claimant'),
    },
  },
  {
    name: 'C15 an owner whose link was lost takes the session again before its next command',
    rules: { retakeAfterLink: false },
    sequence: {
      seeds: 10,
      until: 8_000,
      play: stage => {
        stage.ask(100, a);
        stage.at(from, () => stage.cutFromRegistry.add(a));
        stage.at(from + 100, () => stage.living(a)?.parts.link.lose());
        stage.ask(4_700, b);
        stage.at(5_500, () => stage.living(a)?.parts.link.restore());
        stage.ask(5_700, a);
      },
    },
  },
  {
    name: 'C16 that nobody reaches the registry lets no old owner act unasked',
    rules: { barrier: false },
    sequence: {
      seeds: 60,
      until: 7_500,
      play: stage => {
        stage.ask(100, a);
        stage.at(from, () => stage.cutFromRegistry.add(a));
        stage.ask(4_600, c);
        stage.freeze(4_550, 5_600, a);
        stage.at(5_200, () => (stage.registryDown = true));
        stage.ask(5_300, a);
      },
    },
  },
  {
    name: 'a taker waits 300 ms after its announcement: an unsure owner may be about to write',
    rules: { settle: false },
    sequence: {
      seeds: 400,
      until: 6_000,
      play: stage => {
        const { random } = stage;
        stage.ask(100, a);
        stage.at(from, () => stage.cutFromRegistry.add(a));
        stage.ask(5_000, a);
        stage.freeze(5_000 + random.between(2, 60), 5_000 + random.between(90, 160), a);
        stage.ask(5_000 + random.between(-20, 40), c);
      },
    },
  },
  {
    name: 'a renewal tells the owner what was taken: without a referee it would not know',
    registryRules: { notices: false },
    sequence: {
      seeds: 5,
      until: 7_000,
      options: { withoutDn: true },
      play: stage => {
        stage.ask(100, a);
        stage.ask(from, b, { excluded: [a] });
        stage.ask(from + 2_000, b);
        stage.ask(from + 2_300, a);
      },
    },
  },
];
