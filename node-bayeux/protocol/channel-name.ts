/** What a channel is for, decided by its first segment. */
export type ChannelKind = 'meta' | 'service' | 'broadcast';

/** Which names are channels, and how long they may be. */
export interface ChannelGrammar {
  /** Most characters of a name. */
  readonly maxLength: number;
  /** Most segments of a name. */
  readonly maxSegments: number;
  /** One segment that is not a wildcard. */
  readonly segment: RegExp;
}

const standardSegment = /^[A-Za-z0-9\-_!~()$@]+$/;

/**
 * Builds the grammar. `extraCharacters` widens segments beyond the letters, digits and `-_!~()$@` of the specification;
 * `/` and `*` keep their meaning and cannot be added.
 */
export function createChannelGrammar(options: { maxLength: number; maxSegments: number; extraCharacters?: string }): ChannelGrammar {
  const extra = [...(options.extraCharacters ?? '')].filter(character => character !== '/' && character !== '*');
  const segment =
    extra.length === 0
      ? standardSegment
      : new RegExp(
          `^[A-Za-z0-9\\-_!~()$@${extra.map(character => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`).join('')}]+$`,
          'u',
        );
  return { maxLength: options.maxLength, maxSegments: options.maxSegments, segment };
}

/** Whether `name` is a channel that can be published to: no wildcard in it. */
export function isChannelName(grammar: ChannelGrammar, name: unknown): name is string {
  return matchesGrammar(grammar, name, false);
}

/** Whether `name` can be subscribed to: a channel, or a pattern ending in one `*` or `**` segment. */
export function isSubscription(grammar: ChannelGrammar, name: unknown): name is string {
  return matchesGrammar(grammar, name, true);
}

function matchesGrammar(grammar: ChannelGrammar, name: unknown, wildAllowed: boolean): name is string {
  if (typeof name !== 'string' || name.length < 2 || name.length > grammar.maxLength || name.charCodeAt(0) !== 47) return false;
  const segments = name.slice(1).split('/');
  if (segments.length > grammar.maxSegments) return false;
  const last = segments.length - 1;
  return segments.every((segment, index) => (index === last && wildAllowed && isWildSegment(segment)) || grammar.segment.test(segment));
}

function isWildSegment(segment: string): boolean {
  return segment === '*' || segment === '**';
}

/** Whether a valid name is a pattern. */
export function isWild(name: string): boolean {
  return name.charCodeAt(name.length - 1) === 42;
}

/** The kind of a valid name. */
export function channelKind(name: string): ChannelKind {
  if (name.startsWith('/meta/')) return 'meta';
  return name.startsWith('/service/') ? 'service' : 'broadcast';
}

/**
 * The patterns that match a channel, nearest first: for `/a/b` these are `/a/*`, `/a/**`, `/**`.
 * `/a/**` does not match `/a` itself.
 */
export function wildNamesOf(name: string): string[] {
  const names: string[] = [];
  let end = name.lastIndexOf('/');
  names.push(`${name.slice(0, end)}/*`);
  for (;;) {
    names.push(`${name.slice(0, end)}/**`);
    if (end === 0) return names;
    end = name.lastIndexOf('/', end - 1);
  }
}

/** Whether a subscription covers a channel. */
export function covers(subscription: string, channel: string): boolean {
  return subscription === channel || (isWild(subscription) && wildNamesOf(channel).includes(subscription));
}
