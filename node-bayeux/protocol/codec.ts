import { isRecord, type BayeuxMessage } from './message.ts';

/** Limits of one request's text. */
export interface CodecLimits {
  readonly maxJsonDepth: number;
  readonly maxMessagesPerRequest: number;
}

/** Why a body is not a list of messages. */
export type BodyRefusal = 'json_invalid' | 'json_too_deep' | 'not_messages' | 'too_many_messages';

/** The messages of a body: an array of objects, or one bare object. */
export function messagesFromText(text: string, limits: CodecLimits): BayeuxMessage[] | BodyRefusal {
  if (isDeeperThan(text, limits.maxJsonDepth)) return 'json_too_deep';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'json_invalid';
  }
  return messagesFromValue(value, limits);
}

/** The messages of a body that somebody else has parsed. */
export function messagesFromValue(value: unknown, limits: CodecLimits): BayeuxMessage[] | BodyRefusal {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > limits.maxMessagesPerRequest) return 'too_many_messages';
  for (const message of list) if (!isRecord(message)) return 'not_messages';
  return list as BayeuxMessage[];
}

/** Counts brackets outside strings, before anything is allocated for the nesting. */
function isDeeperThan(text: string, limit: number): boolean {
  // A nesting of n needs 2n characters: short bodies need no scan.
  if (text.length < 2 * limit) return false;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 92) index++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 91 || code === 123) {
      if (++depth > limit) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}

/** Whether a text is pure ASCII, so that its length is its size in bytes. */
export function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text);
}
