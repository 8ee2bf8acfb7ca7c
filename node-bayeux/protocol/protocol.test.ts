import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampMs } from './advice.ts';
import { covers, createChannelGrammar, isChannelName, isSubscription, wildNamesOf } from './channel-name.ts';
import { messagesFromText } from './codec.ts';
import { errorText } from './vocabulary.ts';

const grammar = createChannelGrammar({ maxLength: 100, maxSegments: 5 });
const segment = fc.stringMatching(/^[A-Za-z0-9\-_!~()$@]{1,8}$/);
const name = fc.array(segment, { minLength: 1, maxLength: 5 }).map(segments => `/${segments.join('/')}`);

describe('channel names', () => {
  it('are segments of the allowed characters, and can be subscribed to', () => {
    fc.assert(fc.property(name, each => isChannelName(grammar, each) && isSubscription(grammar, each)));
  });

  it('are not what has another character, an empty segment, or too many of them', () => {
    const bad = fc.oneof(
      fc.tuple(name, fc.constantFrom('.', ':', '=', ',', ' ', 'é', '/', '\n', '*')).map(([each, character]) => each + character),
      fc.constant('/a/b/c/d/e/f'),
      fc.constant(`/${'a'.repeat(100)}`),
      name.map(each => each.slice(1)),
    );
    fc.assert(fc.property(bad, each => !isChannelName(grammar, each)));
  });

  it('are matched by patterns of one or of more segments', () => {
    expect(wildNamesOf('/a/b')).toEqual(['/a/*', '/a/**', '/**']);
    expect(wildNamesOf('/a')).toEqual(['/*', '/**']);
    expect([covers('/foo/**', '/foo'), covers('/foo/**', '/foo/a/b'), covers('/foo/*', '/foo/a/b'), covers('/**', '/x')]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it('match by the definition, whatever the names', () => {
    fc.assert(
      fc.property(name, name, fc.constantFrom('*', '**'), (channel, base, wild) => {
        const parts = channel.split('/');
        const prefix = base.split('/');
        const inside = prefix.every((part, index) => parts[index] === part);
        const expected = inside && (wild === '*' ? parts.length === prefix.length + 1 : parts.length > prefix.length);
        return covers(`${base}/${wild}`, channel) === expected;
      }),
    );
  });
});

describe('a body', () => {
  const limits = { maxJsonDepth: 10, maxMessagesPerRequest: 3 };
  it('is refused exactly when it is nested deeper than allowed', () => {
    const nested = (depth: number): string => `[{"data":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}]`;
    expect(messagesFromText(nested(10), limits)).toBeInstanceOf(Array);
    expect(messagesFromText(nested(11), limits)).toBe('json_too_deep');
    expect(messagesFromText(`[{"data":"${'[{'.repeat(20)}\\"${'[{'.repeat(20)}"}]`, limits)).toBeInstanceOf(Array);
  });

  it('of any text is messages or a refusal, never an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json()),
        text => Array.isArray(messagesFromText(text, limits)) || typeof messagesFromText(text, limits) === 'string',
      ),
    );
  });
});

describe('a duration of a client', () => {
  it('is a number between nothing and the most allowed, or is not taken', () => {
    expect([
      clampMs(1e10, 100),
      clampMs(Infinity, 100),
      clampMs(5, 100),
      clampMs(-1, 100),
      clampMs('5', 100),
      clampMs(Number.NaN, 100),
    ]).toEqual([100, 100, 5, undefined, undefined, undefined]);
  });
});

describe('an error text', () => {
  it('keeps its three fields whatever the argument is', () => {
    fc.assert(fc.property(fc.string(), argument => /^\d{3}:[^:\n\r]*:[a-z_]+$/.test(errorText('cometd', 'subscribe_denied', argument))));
  });
});
