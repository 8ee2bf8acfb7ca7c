import { z } from 'zod';
import { namedStatisticsData, subscriptionData } from '@handover/shared/api/statistics';

interface Operation {
  method: 'get' | 'post' | 'delete';
  path: string;
  name: string;
  summary: string;
  data?: z.ZodType;
  query?: readonly string[];
}

const operations: readonly Operation[] = [
  {
    method: 'post',
    path: '/subscriptions',
    name: 'createSubscription',
    summary: 'Opens statistics whose changes are pushed on /statistics/v3/updates. The operationId is the id of the subscription.',
    data: subscriptionData,
    query: ['verbose'],
  },
  { method: 'delete', path: '/subscriptions/{id}', name: 'deleteSubscription', summary: 'Closes a subscription.' },
  {
    method: 'get',
    path: '/subscriptions/{id}/statistic-values',
    name: 'peekSubscriptionStats',
    summary: 'Values of a subscription now.',
    query: ['statisticIds', 'verbose'],
  },
  {
    method: 'get',
    path: '/statistic-values/{name}',
    name: 'getStatValue',
    summary: 'One value, without a subscription.',
    query: ['objectId', 'objectType'],
  },
  {
    method: 'post',
    path: '/operations/get-statistic-ex',
    name: 'getStatValues',
    summary: 'Several values, without a subscription.',
    data: namedStatisticsData,
  },
];

const parameters = (operation: Operation): object[] => [
  ...[...operation.path.matchAll(/\{(\w+)\}/g)].map(match => ({ name: match[1], in: 'path', required: true, schema: { type: 'string' } })),
  ...(operation.query ?? []).map(name => ({ name, in: 'query', required: false, schema: { type: 'string' } })),
];

function bodyOf(data: z.ZodType): object {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(data, { io: 'input', unrepresentable: 'any' });
  const properties = { data: schema, operationId: { type: 'string', maxLength: 128 } };
  return { content: { 'application/json': { schema: { type: 'object', properties } } } };
}

/** The service as an OpenAPI document, made from the schemas that check the requests. */
export function openApiDocument(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations)
    (paths[operation.path] ??= {})[operation.method] = {
      operationId: operation.name,
      summary: operation.summary,
      parameters: parameters(operation),
      ...(operation.data === undefined ? {} : { requestBody: bodyOf(operation.data) }),
      responses: { '200': { description: 'Done.' }, default: { description: '`errors` names the code and the field at fault.' } },
    };
  return {
    openapi: '3.1.0',
    info: { title: 'Statistics API', version },
    servers: [{ url: '/statistics/v3' }],
    security: [{ bearer: [] }],
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  };
}
