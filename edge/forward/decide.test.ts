import { describe, expect, it } from 'vitest';
import { decide, type Action, type Circumstances, type Outcome } from './decide.ts';

const fresh: Circumstances = {
  resend: 'repeat',
  replayable: true,
  replayed: false,
  sendsLeft: 3,
  spentMs: 0,
  patienceMs: 3_000,
  unsureBefore: false,
  elsewhere: true,
};
const fail = (code: string): unknown => ({ kind: 'fail', code });
const cases: [string, Outcome, Partial<Circumstances>, unknown][] = [
  ['an answer is passed on', { kind: 'answered' }, {}, { kind: 'answer' }],
  ['a 421 is followed', { kind: 'misdirected', region: 'eu' }, {}, { kind: 'replay', region: 'eu' }],
  [
    'a 421 is followed for what may be executed once',
    { kind: 'misdirected', region: 'eu' },
    { resend: 'once' },
    { kind: 'replay', region: 'eu' },
  ],
  ['a second 421 is an error', { kind: 'misdirected', region: 'eu' }, { replayed: true }, fail('region.replay')],
  ['a 421 to a body that is gone is an error', { kind: 'misdirected', region: 'eu' }, { replayable: false }, fail('region.replay')],
  [
    'an owner that is unsure once is asked again at once',
    { kind: 'refused', code: 'ownership.unsure', retryAfterMs: 500 },
    { resend: 'once' },
    { kind: 'again', afterMs: 50 },
  ],
  [
    'an owner that stays unsure is left',
    { kind: 'refused', code: 'ownership.unsure', retryAfterMs: 0 },
    { resend: 'once', unsureBefore: true },
    { kind: 'elsewhere' },
  ],
  [
    'an unsure owner is asked again when there is nobody else',
    { kind: 'refused', code: 'ownership.unsure', retryAfterMs: 100 },
    { elsewhere: false },
    { kind: 'again', afterMs: 100 },
  ],
  [
    'a parked poll has more patience with a session that moves',
    { kind: 'refused', code: 'ownership.busy', retryAfterMs: 100 },
    { spentMs: 3_000, patienceMs: 20_000 },
    { kind: 'again', afterMs: 100 },
  ],
  [
    'a busy owner is asked again',
    { kind: 'refused', code: 'ownership.busy', retryAfterMs: 100 },
    { resend: 'once' },
    { kind: 'again', afterMs: 100 },
  ],
  [
    'a busy owner is not asked for ever',
    { kind: 'refused', code: 'ownership.busy', retryAfterMs: 100 },
    { spentMs: 3_000 },
    { kind: 'answer' },
  ],
  ['another refusal is passed on', { kind: 'refused', code: 'store.read-only', retryAfterMs: 100 }, {}, { kind: 'answer' }],
  ['a gateway error of a short repeatable request goes elsewhere', { kind: 'bad-gateway', quick: true }, {}, { kind: 'elsewhere' }],
  [
    'a gateway error of a once request is passed on unchanged',
    { kind: 'bad-gateway', quick: true },
    { resend: 'once' },
    { kind: 'answer' },
  ],
  ['a gateway error of a long request is passed on', { kind: 'bad-gateway', quick: false }, {}, { kind: 'answer' }],
  ['a gateway error without sends left is passed on', { kind: 'bad-gateway', quick: true }, { sendsLeft: 0 }, { kind: 'answer' }],
  ['a request too long for its class is an error', { kind: 'overdue' }, {}, fail('request.timeout')],
  ['a once request too long for its class has an unknown outcome', { kind: 'overdue' }, { resend: 'once' }, fail('outcome.unknown')],
  ...(['lost', 'silent', 'down'] as const).flatMap((kind): [string, Outcome, Partial<Circumstances>, unknown][] => [
    [`${kind}: a repeatable request goes elsewhere`, { kind }, {}, { kind: 'elsewhere' }],
    [`${kind}: a once request has an unknown outcome`, { kind }, { resend: 'once' }, fail('outcome.unknown')],
    [`${kind}: a body that is gone cannot move`, { kind }, { replayable: false }, fail('upstream.broken')],
    [`${kind}: sends are bounded`, { kind }, { sendsLeft: 0 }, fail('upstream.broken')],
  ]),
];

describe('what follows from one attempt', () => {
  it.each(cases)('%s', (_, outcome, more, expected) => {
    expect(decide(outcome, { ...fresh, ...more })).toEqual(expected as Action);
  });

  it('never sends a once request again unless the origin said that nothing was executed', () => {
    const proofs = new Set<Outcome['kind']>(['misdirected', 'refused']);
    for (const [, outcome] of cases) {
      const action = decide(outcome, { ...fresh, resend: 'once' });
      if (!proofs.has(outcome.kind)) expect(['answer', 'fail']).toContain(action.kind);
    }
  });
});
