import {
  categoryDetailsData,
  noUcsData,
  renderFieldCodesData,
  reportUsageData,
  responseDetailsData,
  rootCategoriesData,
  searchResponsesData,
} from '@handover/shared/api/workspace';
import { renderFieldCodes } from './field-codes.ts';
import { knownInteraction } from './known.ts';
import { queryFrom } from './query.ts';
import { refusedAs, told, ucsOperation, type UcsOperation } from './row.ts';
import { categoryWire, responseWire } from './wire.ts';

export const responseRows: readonly UcsOperation[] = [
  ucsOperation({
    name: 'getRootCategories',
    path: '/ucs/responses/categories/get-root',
    data: rootCategoriesData,
    async run({ server, tenant }) {
      const categories = await server.responses.rootCategories(tenant);
      return told('EventGetRootCategories', { categories: categories.map(categoryWire) });
    },
  }),
  ucsOperation({
    name: 'getCategoryDetails',
    path: '/ucs/responses/categories/{id}/get-details',
    data: categoryDetailsData,
    async run({ server, tenant, params }, { returnChildrenCategories, returnChildrenSRInfo, approved }) {
      const found = await server.responses.category(tenant, params['id'] ?? '');
      if (found === undefined) return refusedAs('category.unknown');
      const responses = found.responses.filter(each => approved !== true || each.approved);
      return told('EventGetCategory', {
        category: {
          ...categoryWire(found.category),
          ...(returnChildrenCategories ? { childrenCategories: found.children.map(categoryWire) } : {}),
          ...(returnChildrenSRInfo ? { childrenStdResponses: responses.map(each => responseWire(each, false)) } : {}),
        },
      });
    },
  }),
  ucsOperation({
    name: 'getStandardResponse',
    path: '/ucs/responses/{id}/get-details',
    data: responseDetailsData,
    async run({ server, tenant, params }, { attachments }) {
      const response = await server.responses.get(tenant, params['id'] ?? '');
      if (response === undefined) return refusedAs('response.unknown');
      return told('EventGetStandardResponse', { standardResponse: responseWire(response, true, attachments) });
    },
  }),
  ucsOperation({
    name: 'getStandardResponseFavorites',
    path: '/ucs/responses/get-favorites',
    data: noUcsData,
    async run({ server, tenant, person }) {
      const favorites = await server.responses.favorites(tenant, person);
      return told('EventGetFavoriteResponses', { standardResponses: favorites.map(each => responseWire(each, false)) });
    },
  }),
  ucsOperation({
    name: 'addStandardResponseFavorite',
    path: '/ucs/responses/{id}/add-to-favorites',
    data: noUcsData,
    async run({ server, tenant, person, params }) {
      const id = params['id'] ?? '';
      return (await server.responses.addFavorite(tenant, person, id))
        ? told('EventAddFavoriteResponse', { standardResponseId: id })
        : refusedAs('response.unknown');
    },
  }),
  ucsOperation({
    name: 'deleteStandardResponseFavorite',
    path: '/ucs/responses/{id}/remove-from-favorites',
    data: noUcsData,
    async run({ server, tenant, person, params }) {
      const id = params['id'] ?? '';
      // Not a favourite already: what was asked for holds.
      await server.responses.removeFavorite(tenant, person, id);
      return told('EventRemoveFavoriteResponse', { standardResponseId: id });
    },
  }),
  ucsOperation({
    name: 'deleteAllStandardResponseFavorites',
    path: '/ucs/responses/remove-all-favorites',
    data: noUcsData,
    async run({ server, tenant, person }) {
      await server.responses.removeAllFavorites(tenant, person);
      return told('EventRemoveAllFavoriteResponses', {});
    },
  }),
  ucsOperation({
    name: 'renderStandardResponseFieldCodes',
    path: '/ucs/responses/{id}/render-field-codes',
    data: renderFieldCodesData,
    async run(at, { interactionId, usePlainText, customProperties, agentCustomProperties }) {
      const { server, tenant, session } = at;
      const response = await server.responses.get(tenant, at.params['id'] ?? '');
      if (response === undefined) return refusedAs('response.unknown');
      const interaction = await knownInteraction(at, interactionId);
      if (interaction === undefined) return refusedAs('interaction.unknown');
      const { contactId } = interaction;
      const subjects = {
        agent: {
          FirstName: session.person?.firstName,
          LastName: session.person?.lastName,
          FullName: `${session.person?.firstName ?? ''} ${session.person?.lastName ?? ''}`.trim(),
          EmailAddress: session.person?.emailAddress,
        },
        contact: contactId === undefined ? undefined : await server.contacts.get(tenant, contactId),
        interaction,
        custom: customProperties,
        agentCustom: agentCustomProperties,
      };
      return told('EventRenderFieldCodes', {
        standardResponseId: response.id,
        subject: renderFieldCodes(response.subject, subjects, 'text'),
        body: usePlainText ? renderFieldCodes(response.plainTextBody, subjects, 'text') : renderFieldCodes(response.body, subjects, 'html'),
      });
    },
  }),
  ucsOperation({
    name: 'reportStandareResponseUsage',
    path: '/ucs/responses/{id}/report-usage',
    data: reportUsageData,
    async run({ server, tenant, person, params }, { interactionId, responseType }) {
      const usage = { responseId: params['id'] ?? '', person, interactionId, type: responseType };
      return (await server.responses.reportUsage(tenant, usage))
        ? told('EventReportStandardResponseUsageAck', { standardResponseId: usage.responseId, interactionId })
        : refusedAs('response.unknown');
    },
  }),
  ucsOperation({
    name: 'searchStandardResponses',
    path: '/ucs/responses/search',
    data: searchResponsesData,
    async run({ server, tenant }, { query, maxResults }) {
      const parsed = queryFrom(query);
      if (!parsed.ok) return { kind: 'field', field: 'data.query', message: parsed.reason };
      const responses = await server.responses.search(tenant, parsed.value, maxResults);
      return told('EventSearchStandardResponses', { responses: responses.map(each => responseWire(each, false)) });
    },
  }),
];
