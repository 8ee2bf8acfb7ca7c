import { historyQuery, objectsQuery, objectTypes } from '@handover/shared/api/configuration';
import { z } from 'zod';

interface Operation {
  path: string;
  name: string;
  summary: string;
  query?: z.ZodObject;
}

const operations: readonly Operation[] = [
  {
    path: '/system/application',
    name: 'getSystemApplication',
    summary: 'The application whose options hold for every desktop: its name and number, not the options.',
  },
  {
    path: '/objects/{type}',
    name: 'getObjects',
    summary:
      'Objects of the own tenant: all, by number, or by search. Agents see what is enabled; supervisors and administrators everything.',
    query: objectsQuery,
  },
  { path: '/objects/{type}/{dbid}', name: 'getObject', summary: 'One object; of persons `me` is who asks.' },
  {
    path: '/objects/persons/{dbid}/history',
    name: 'getHistory',
    summary: 'What an agent did, per quarter of an hour: seconds in each state, interactions handled. At most a week back.',
    query: historyQuery,
  },
];

function parametersOf({ path, query }: Operation): object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'type' ? { type: 'string', enum: objectTypes } : { type: 'string' },
  }));
  if (query === undefined) return inPath;
  const { properties = {} } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
  return [...inPath, ...Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }))];
}

/** The service as an OpenAPI document, made from the schemas that check the requests. */
export const openApiDocument = (version: string): object => ({
  openapi: '3.1.0',
  info: { title: 'Configuration API', version },
  servers: [{ url: '/configuration/v3' }],
  security: [{ bearer: [] }],
  paths: Object.fromEntries(
    operations.map(operation => [
      operation.path,
      {
        get: {
          operationId: operation.name,
          summary: operation.summary,
          parameters: parametersOf(operation),
          responses: { '200': { description: 'Done.' }, default: { description: '`errors` names the code and the field at fault.' } },
        },
      },
    ]),
  ),
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
});
