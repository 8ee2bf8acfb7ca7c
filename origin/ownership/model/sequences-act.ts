import { a, b, c, from, signIn } from './sequence.ts';
import type { Shown } from './sequence.ts';
import { wallTime } from './world.ts';

/** Who may act, and when. */
export const actSequences: readonly Shown[] = [
  {
    name: "C8 a command does not wait in the socket's own queue",
    rules: { drainedSocket: false },
    sequence: {
      seeds: 5,
      until: 7_000,
      play: stage => {
        signIn(stage, a);
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
        signIn(stage, a);
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
        signIn(stage, a);
        stage.at(from, () => {
          const pinEpoch = stage.epochs.at(-1) ?? 0;
          stage.registryDown = true;
          stage.kill(a);
          stage.ask(from + 100, b, { pinEpoch, excluded: [a] });
          stage.ask(from + 100, c, { pinEpoch, excluded: [a] });
          stage.ask(from + 2_400, b, { pinEpoch, excluded: [a] });
          stage.ask(from + 2_400, c, { pinEpoch, excluded: [a] });
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
        signIn(stage, c);
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
        signIn(stage, a);
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
        signIn(stage, c);
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
        signIn(stage, a);
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
        signIn(stage, a);
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
        signIn(stage, a);
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
        signIn(stage, a);
        stage.ask(from, b, { excluded: [a] });
        stage.ask(from + 2_000, b);
        stage.ask(from + 2_300, a);
      },
    },
  },
  {
    name: 'a claim that had grown old before it was heard is taken again: another may have acted without the registry',
    rules: { freshClaim: false },
    sequence: {
      seeds: 30,
      until: 9_500,
      play: stage => {
        let lost = 0;
        signIn(stage, c);
        stage.at(from, () => stage.kill(c));
        stage.at(4_500, () => {
          stage.cutFromRegistry.add(b);
          stage.ask(4_720, b, { pinEpoch: stage.epochs.at(-1) ?? 0, excluded: [c] });
          stage.strike = (node, operation) => {
            if (node !== a || operation !== 'take' || lost === 4) return undefined;
            lost += 1;
            return 'lose-answer';
          };
        });
        stage.ask(5_000, a);
        stage.ask(6_800, b);
        stage.freeze(7_050, 9_000, b);
        stage.ask(7_700, a);
      },
    },
  },
  {
    name: 'without the registry a taker waits out the lease of an owner that may be frozen: old evidence of the edge proves nothing',
    rules: { bareWait: false },
    sequence: {
      seeds: 60,
      until: 7_500,
      play: stage => {
        signIn(stage, c);
        stage.at(from, () => {
          const pinEpoch = stage.epochs.at(-1) ?? 0;
          stage.kill(c);
          stage.boot(c);
          stage.ask(from + 50, c);
          stage.cutFromRegistry.add(b);
          stage.ask(from + 450, b, { pinEpoch, excluded: [c] });
          stage.ask(from + 1_300, b, { pinEpoch, excluded: [c] });
        });
        stage.freeze(from + 800, from + 1_500 + stage.random.between(0, 300), c);
        stage.ask(from + 1_450, c);
        stage.ask(from + 2_900, b);
      },
    },
  },
];
