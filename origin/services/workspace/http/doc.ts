import { z } from 'zod';
import {
  activateChannelsData,
  feedbackData,
  activateMediaData,
  addRecentData,
  mediaStateData,
  notReadyData,
  publishData,
  remoteData,
  saveFavoriteData,
} from '@handover/shared/api/workspace';
import { reportingData } from './reporting-routes.ts';
import { addAttachment } from '../digital/operations/attachment-rows.ts';
import { digitalOperations } from '../digital/operations/table.ts';
import { ucsOperations } from '../contacts/index.ts';
import { voiceOperations } from '../operations/table.ts';

interface DocumentedOperation {
  method: 'get' | 'post' | 'delete';
  path: string;
  name: string;
  summary: string;
  data?: z.ZodType;
  query?: readonly string[];
}

const others: readonly DocumentedOperation[] = [
  {
    method: 'post',
    path: '/initialize-workspace',
    name: 'initializeWorkspace',
    summary: 'Opens a web session.',
    query: ['code', 'redirect_uri'],
  },
  { method: 'post', path: '/activate-channels', name: 'activateChannels', summary: 'Logs the agent in.', data: activateChannelsData },
  { method: 'post', path: '/voice/activate', name: 'activateVoice', summary: 'Logs the agent in at a phone.', data: activateChannelsData },
  { method: 'post', path: '/media/activate', name: 'activateMedia', summary: 'Logs the agent in for media.', data: activateMediaData },
  { method: 'post', path: '/voice/deactivate', name: 'deactivateVoice', summary: 'Logs the agent out of voice and gives the phone back.' },
  { method: 'post', path: '/logout', name: 'logout', summary: 'Ends the web session; the last one logs the agent out.' },
  { method: 'get', path: '/logout', name: 'logoutRedirect', summary: 'Ends the web session and redirects.', query: ['redirect_uri'] },
  { method: 'get', path: '/login', name: 'login', summary: 'Begins the sign-in of a browser.', query: ['redirect_uri', 'type', 'locale'] },
  { method: 'get', path: '/start', name: 'start', summary: 'Ends the sign-in of a browser.', query: ['code', 'state'] },
  { method: 'get', path: '/auth-keep-alive', name: 'authKeepAlive', summary: 'Answers while the web session lives.' },
  { method: 'get', path: '/current-session', name: 'getCurrentSession', summary: 'The agent and what is active.' },
  { method: 'get', path: '/userinfo', name: 'getUserInfo', summary: 'As current-session.' },
  { method: 'get', path: '/configuration', name: 'getConfiguration', summary: 'Parts of the configuration.', query: ['types'] },
  {
    method: 'get',
    path: '/configuration/business-attribute/{id}',
    name: 'getBusinessAttributeHierarchy',
    summary: 'One business attribute.',
  },
  { method: 'get', path: '/configuration/places/{placeName}/dns', name: 'getDevicesForPlace', summary: 'The phones of a place.' },
  { method: 'get', path: '/voice/calls', name: 'getCalls', summary: 'The calls that were not completed.' },
  {
    method: 'get',
    path: '/users',
    name: 'getUsers',
    summary: 'Agents of the contact centre.',
    query: ['searchTerm', 'groupId', 'states', 'sort', 'limit', 'offset'],
  },
  {
    method: 'post',
    path: '/users/{dbid}/voice/{operationName}',
    name: 'userRemoteOperation',
    summary: 'For those who manage a group of the agent: ready, not-ready, logout.',
    data: notReadyData,
  },
  ...['/users/{dbid}/media/{state}', '/users/{dbid}/media/{channel}/{state}'].map(
    path =>
      ({
        method: 'post',
        path,
        name: path.includes('{channel}') ? 'userRemoteMediumOperation' : 'userRemoteMediaOperation',
        summary: 'For those who manage a group of the agent: ready, not-ready, logout; without a channel for every medium.',
        data: mediaStateData,
      }) as const,
  ),
  ...['settings', 'action-codes', 'transactions', 'business-attributes'].map(
    part => ({ method: 'get', path: `/configuration/${part}`, name: `get-${part}`, summary: 'One part of the configuration.' }) as const,
  ),
  {
    method: 'post',
    path: '/feedback/submit',
    name: 'submitFeedback',
    summary: 'What the agent thinks of the desktop.',
    data: feedbackData,
  },
  {
    method: 'post',
    path: '/media/topics/{topic}/publish',
    name: 'publishToTopic',
    summary: 'Tells the other desktops of the agent, on /workspace/v3/media/topics; the topic is <contact centre>@<place>.',
    data: publishData,
  },
  ...(['get', 'post'] as const).map(
    method =>
      ({
        method,
        path: '/security/exchange-token',
        name: method === 'get' ? 'getExchangeToken' : 'exchangeToken',
        summary: 'An access token of the person, for at most 15 minutes and no longer than the session.',
      }) as const,
  ),
  {
    method: 'get',
    path: '/security/pure-cloud-token',
    name: 'getPureCloudToken',
    summary: 'Always 404: no Genesys Cloud organisation is connected.',
  },
  {
    method: 'get',
    path: '/campaigns/{name}/configuration',
    name: 'getCampaignConfiguration',
    summary: 'Always 404: no outbound server is connected.',
  },
  { method: 'get', path: '/doc', name: 'swaggerDoc', summary: 'This document.' },
  { method: 'get', path: '/info', name: 'versionInfo', summary: 'The version.' },
  { method: 'get', path: '/version', name: 'version', summary: 'The version, in an envelope.' },
  {
    method: 'post',
    path: '/supervisor/voice/{operationName}',
    name: 'supervisorRemoteOperation',
    summary: 'For those who manage a group of the agent: ready, not-ready, logout.',
    data: remoteData,
  },
  {
    method: 'get',
    path: '/targets',
    name: 'getTargets',
    summary: 'Targets of calls by a part of their names.',
    query: [
      'searchTerm',
      'filterName',
      'types',
      'excludeGroup',
      'restrictGroup',
      'excludeFromGroup',
      'restrictToGroup',
      'sort',
      'limit',
      'matchType',
    ],
  },
  {
    method: 'post',
    path: '/reporting/subscriptions',
    name: 'subscribe',
    summary: 'Values of statistics, and an id to ask for them again.',
    data: reportingData,
  },
  { method: 'get', path: '/reporting/subscriptions', name: 'peekMultiple', summary: 'Values of several subscriptions.', query: ['ids'] },
  { method: 'get', path: '/reporting/subscriptions/{subscriptionId}', name: 'peek', summary: 'Values of a subscription.' },
  { method: 'delete', path: '/reporting/subscriptions/{subscriptionId}', name: 'unsubscribe', summary: 'Gives a subscription up.' },
  {
    method: 'get',
    path: '/ucs/responses/{id}/attachments/{documentId}',
    name: 'getStandardResponseAttachment',
    summary: 'A file of a standard response.',
  },
  { method: 'get', path: '/targets/{type}/{id}', name: 'getTarget', summary: 'One target.' },
  { method: 'get', path: '/targets/recents', name: 'getRecentTargets', summary: 'Recent targets.', query: ['limit'] },
  { method: 'post', path: '/targets/recents/add', name: 'addRecentTarget', summary: 'Notes a recent target.', data: addRecentData },
  { method: 'post', path: '/targets/recents/ack-missed-calls', name: 'ackRecentMissedCalls', summary: 'Marks missed calls as seen.' },
  { method: 'get', path: '/targets/personal-favorites', name: 'getPersonalFavorites', summary: 'Favourites.', query: ['limit'] },
  {
    method: 'post',
    path: '/targets/personal-favorites/save',
    name: 'savePersonalFavorite',
    summary: 'Adds a favourite.',
    data: saveFavoriteData,
  },
  {
    method: 'post',
    path: '/targets/personal-favorites/delete/{type}/{id}',
    name: 'deletePersonalFavorite',
    summary: 'Removes a favourite.',
  },
];

const parameters = (operation: DocumentedOperation): object[] => [
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
  const voice = voiceOperations.map((operation): DocumentedOperation => ({
    method: 'post',
    path: operation.path,
    name: operation.name,
    summary: `${operation.supervisor ? 'Supervisors only. ' : ''}Resend class: ${operation.resend}.`,
    data: operation.schema,
  }));
  const digital = [addAttachment, ...digitalOperations].map((operation): DocumentedOperation => ({
    method: operation.method,
    path: operation.path,
    name: operation.name,
    summary: `${operation.supervisor ? 'Supervisors only. ' : ''}Resend class: ${operation.resend}.`,
    ...(operation.method === 'get' ? {} : { data: operation.schema }),
  }));
  const ucs = ucsOperations.map((operation): DocumentedOperation => ({
    method: 'post',
    path: operation.path,
    name: operation.name,
    summary: 'Answered by a UcsMessage on /workspace/v3/contacts.',
    data: operation.data,
  }));
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of [...others, ...voice, ...digital, ...ucs]) {
    const entry = (paths[operation.path] ??= {});
    entry[operation.method] = {
      operationId: operation.name,
      summary: operation.summary,
      parameters: parameters(operation),
      ...(operation.data === undefined ? {} : { requestBody: bodyOf(operation.data) }),
      responses: {
        '200': { description: 'status.code 0: done; 1: accepted, the result is an event.' },
        default: { $ref: '#/components/responses/Error' },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Workspace API', version },
    servers: [{ url: '/workspace/v3' }],
    paths,
    components: {
      responses: {
        Error: {
          description: 'The HTTP status says what kind of error; `errors` names its code and the field.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
      schemas: {
        Error: {
          type: 'object',
          properties: {
            status: { type: 'object', properties: { code: { type: 'integer' }, message: { type: 'string' } } },
            errors: {
              type: 'array',
              items: {
                type: 'object',
                properties: { code: { type: 'string' }, field: { type: 'string' }, message: { type: 'string' } },
              },
            },
            requestId: { type: 'string' },
          },
        },
      },
    },
  };
}
