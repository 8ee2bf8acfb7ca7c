import type { StandardResponse } from '../state/item.ts';
import type { AnswerWire, Asking } from './asking.ts';

interface CategoryWire {
  id: string;
  name: string;
  childrenCategories?: CategoryWire[];
  childrenStdResponses?: { id: string; name: string }[];
}
interface RootWire extends AnswerWire {
  categories?: CategoryWire[];
}
interface DetailsWire extends AnswerWire {
  category?: CategoryWire;
}
interface RenderedWire extends AnswerWire {
  subject?: string;
  body?: string;
}

const maxCategories = 50;
const maxResponses = 200;

/** Every approved standard response, by category; of the first fifty categories. */
export async function readResponses({ ask }: Asking): Promise<StandardResponse[]> {
  const root = (await ask('/ucs/responses/categories/get-root', {})) as RootWire;
  const queue = [...(root.categories ?? [])];
  const found: StandardResponse[] = [];
  for (let asked = 0; asked < maxCategories; asked += 1) {
    const next = queue.shift();
    if (next === undefined) break;
    const path = `/ucs/responses/categories/${encodeURIComponent(next.id)}/get-details`;
    const { category } = (await ask(path, { approved: true })) as DetailsWire;
    queue.push(...(category?.childrenCategories ?? []));
    for (const { id, name } of category?.childrenStdResponses ?? []) found.push({ id, name, category: next.name });
  }
  return found.slice(0, maxResponses);
}

/** A standard response as plain text, with the names and numbers of this interaction in it; undefined when there is none such. */
export async function renderResponse(
  { ask }: Asking,
  id: string,
  interactionId: string,
): Promise<{ subject: string; text: string } | undefined> {
  const path = `/ucs/responses/${encodeURIComponent(id)}/render-field-codes`;
  const { name, subject = '', body = '' } = (await ask(path, { interactionId, usePlainText: true })) as RenderedWire;
  return name === 'EventRenderFieldCodes' ? { subject, text: body } : undefined;
}
