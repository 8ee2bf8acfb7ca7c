import { z } from 'zod';

/** Bodies of the Statistics API: `{data:{statistics:[…]}, operationId?}`. Unknown keys are ignored. */

export const maxStatistics = 500;
export const statObjectTypes = [
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
] as const;
const name = z.string().min(1).max(255);
const id = z.string().min(1).max(128);
const mask = z.array(z.string().min(1).max(64)).min(1).max(64);

const timeProfile = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('Growing'), resetAtS: z.array(z.int().min(0).max(86_399)).min(1).max(96).optional() }),
  z.object({ kind: z.literal('Sliding'), windowS: z.int().min(1).max(86_400), sampleS: z.int().min(1).max(3_600).optional() }),
  z.object({ kind: z.literal('Selection'), count: z.int().min(1).max(1_000) }),
  z.object({ kind: z.literal('SinceLogin') }),
]);

const definition = z.object({
  category: z.enum([
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
  ]),
  subject: z.enum(['DNAction', 'DNStatus', 'AgentStatus', 'PlaceStatus', 'GroupStatus']),
  mainMask: mask,
  relMask: mask.optional(),
  mediaType: z.enum(['voice', 'chat', 'email', 'workitem']).optional(),
  timeProfile: timeProfile.optional(),
  timeRangeS: z.tuple([z.int().min(0).max(86_400), z.int().min(1).max(86_400)]).optional(),
});

const object = { objectId: name, objectType: z.enum(statObjectTypes) };
export const describedStatistic = z
  .object({ statisticId: id, ...object, name: name.optional(), definition: definition.optional() })
  .refine(given => (given.name === undefined) !== (given.definition === undefined), {
    error: 'give either a name or a definition',
    path: ['name'],
  });

export const namedStatistic = z.object({ ...object, name });
/** At most this many: a reporting subscription's id carries them. */
export const namedStatisticsData = z.object({ statistics: z.array(namedStatistic).min(1).max(maxStatistics) });
export const subscriptionData = z
  .object({ statistics: z.array(describedStatistic).min(1).max(maxStatistics) })
  .refine(({ statistics }) => new Set(statistics.map(each => each.statisticId)).size === statistics.length, {
    error: 'each statisticId may occur once',
    path: ['statistics'],
  });
export const objectQuery = z.object(object);

export type NamedStatistic = z.infer<typeof namedStatistic>;
export type DescribedStatistic = z.infer<typeof describedStatistic>;
