import { a, b, c, from, signIn, tooManyTakes } from './sequence.ts';
import type { Shown } from './sequence.ts';

/** Who may take, and what a taker waits for. */
export const claimSequences: readonly Shown[] = [
  {
    name: 'C1 an owner cut from the registry does not act after another took the session',
    rules: { letGo: false },
    sequence: {
      seeds: 5,
      until: 11_000,
      play: stage => {
        signIn(stage, a);
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
        signIn(stage, a);
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
        signIn(stage, a);
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
        signIn(stage, a);
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
        signIn(stage, b);
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
        signIn(stage, a);
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
        signIn(stage, b);
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
        signIn(stage, c);
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
        signIn(stage, a);
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
        signIn(stage, a);
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
        signIn(stage, a);
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
        signIn(stage, a);
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
        signIn(stage, a);
        stage.freeze(from, from + 550 + stage.random.between(0, 300), a);
        stage.ask(from + 10, c, { excluded: [a] });
        stage.ask(from + 500, a);
      },
    },
  },
];
