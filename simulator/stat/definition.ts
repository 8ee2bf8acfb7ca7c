import type { KvList, StatCategory, StatDefinition, StatObjectType, StatSubject, TimeProfile } from '@handover/shared/genesys';
import { kvText } from '@handover/shared/genesys';
import { maskOf } from './statuses.ts';

const categories: readonly StatCategory[] = [
  'CurrentState',
  'CurrentStateReasons',
  'CurrentTargetState',
  'CurrentTime',
  'CurrentNumber',
  'CurrentMaxTime',
  'CurrentAverageTime',
  'TotalTime',
  'TotalNumber',
  'MaxTime',
  'AverageTime',
  'RelativeNumberPercentage',
  'RelativeTimePercentage',
  'TotalNumberInTimeRange',
  'TotalNumberInTimeRangePercentage',
  'CurrentNumberInTimeRange',
  'ServiceFactor1',
];
const subjects: readonly StatSubject[] = ['DNAction', 'DNStatus', 'AgentStatus', 'PlaceStatus', 'GroupStatus'];

const media: readonly NonNullable<StatDefinition['mediaType']>[] = ['voice', 'chat', 'email', 'workitem'];

/** A definition that has been checked and has no open ends. */
export interface CheckedDefinition {
  category: StatCategory;
  /** Whether it looks at statuses, of which an object has one, or at actions, of which it may have several. */
  looksAt: 'status' | 'action';
  main: (action: string) => boolean;
  /** The main mask when no other was given. */
  relative: (action: string) => boolean;
  /** Only what is of this medium; of any without one. */
  mediaType: StatDefinition['mediaType'];
  profile: TimeProfile;
  rangeMs: readonly [number, number];
  /** Equal definitions have equal texts. */
  text: string;
}

const midnight: TimeProfile = { kind: 'Growing', resetAtS: [0] };
const dayS = 86_400;

/** Checks a definition from outside; the answer names the attribute at fault. */
export function checkDefinition(given: unknown): { ok: true; definition: CheckedDefinition } | { ok: false; attribute: string } {
  if (typeof given !== 'object' || given === null) return { ok: false, attribute: 'definition' };
  const { category, subject, mainMask, relMask, mediaType, timeProfile, timeRangeS } = given as Partial<
    Record<keyof StatDefinition, unknown>
  >;
  const knownCategory = categories.find(one => one === category);
  if (knownCategory === undefined) return { ok: false, attribute: 'definition.category' };
  const knownSubject = subjects.find(one => one === subject);
  if (knownSubject === undefined) return { ok: false, attribute: 'definition.subject' };
  const main = maskFrom(mainMask);
  if (main === undefined) return { ok: false, attribute: 'definition.mainMask' };
  const relative = relMask === undefined ? main : maskFrom(relMask);
  if (relative === undefined) return { ok: false, attribute: 'definition.relMask' };
  const profile = timeProfile === undefined ? midnight : profileFrom(timeProfile);
  if (profile === undefined) return { ok: false, attribute: 'definition.timeProfile' };
  const range = timeRangeS === undefined ? ([0, 20] as const) : rangeFrom(timeRangeS);
  if (range === undefined) return { ok: false, attribute: 'definition.timeRangeS' };
  const knownMedium = media.find(one => one === mediaType);
  if (mediaType !== undefined && knownMedium === undefined) return { ok: false, attribute: 'definition.mediaType' };
  const looksAt = knownSubject === 'DNAction' ? 'action' : 'status';
  const text = JSON.stringify([knownCategory, looksAt, mainMask, relMask ?? null, knownMedium ?? null, profile, range]);
  const rangeMs = [range[0] * 1_000, range[1] * 1_000] as const;
  return { ok: true, definition: { category: knownCategory, looksAt, main, relative, mediaType: knownMedium, profile, rangeMs, text } };
}

function maskFrom(value: unknown): ((action: string) => boolean) | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > 64) return undefined;
  const words = value.filter((word): word is string => typeof word === 'string');
  const mask = maskOf(words);
  return words.length === value.length && 'test' in mask ? mask.test : undefined;
}

const isWhole = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;

function profileFrom(value: unknown): TimeProfile | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  const { kind, resetAtS, windowS, count } = value as Readonly<Record<string, unknown>>;
  switch (kind) {
    case 'Growing': {
      if (resetAtS === undefined) return midnight;
      if (!Array.isArray(resetAtS) || resetAtS.length === 0 || resetAtS.length > 96) return undefined;
      const times = resetAtS.filter((time): time is number => isWhole(time, 0, dayS - 1));
      return times.length === resetAtS.length ? { kind, resetAtS: times.sort((a, b) => a - b) } : undefined;
    }
    case 'Sliding':
      return isWhole(windowS, 1, dayS) ? { kind, windowS } : undefined;
    case 'Selection':
      return isWhole(count, 1, 1_000) ? { kind, count } : undefined;
    case 'SinceLogin':
      return { kind };
    default:
      return undefined;
  }
}

function rangeFrom(value: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [from, to] = value as unknown[];
  return isWhole(from, 0, dayS) && isWhole(to, 1, dayS) && from < to ? [from, to] : undefined;
}

/** A named stat type: one option section of the server's Application object. */
interface StatType {
  objects: ReadonlySet<string>;
  definition: CheckedDefinition;
}

/** The named types among an application's options; a section that is none, or a faulty one, is left out and reported. */
export function statTypesFrom(options: KvList, onFault: (section: string, attribute: string) => void): Map<string, StatType> {
  const types = new Map<string, StatType>();
  for (const section of options) {
    if (section.type !== 'kvlist') continue;
    const text = (name: string): string | undefined => kvText(section.value, name);
    if (text('Category') === undefined) continue;
    const list = (name: string): string[] | undefined =>
      text(name)
        ?.split(',')
        .map(word => word.trim());
    const relMask = list('RelMask');
    const range = list('TimeRange')?.map(Number);
    const mediaType = text('MediaType');
    const checked = checkDefinition({
      category: text('Category'),
      subject: text('Subject'),
      mainMask: list('MainMask'),
      ...(relMask === undefined ? {} : { relMask }),
      ...(mediaType === undefined ? {} : { mediaType }),
      ...(range === undefined ? {} : { timeRangeS: range }),
    });
    if (!checked.ok) onFault(section.key, checked.attribute);
    else types.set(section.key, { objects: new Set<string>(list('Objects') ?? []), definition: checked.definition });
  }
  return types;
}

export const objectTypes: readonly StatObjectType[] = [
  'Agent',
  'AgentPlace',
  'GroupAgents',
  'GroupPlaces',
  'GroupQueues',
  'Queue',
  'RoutePoint',
  'StagingArea',
  'Workbin',
  'RegularDN',
];
