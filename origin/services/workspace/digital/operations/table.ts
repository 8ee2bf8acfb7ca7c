import { attachmentRows } from './attachment-rows.ts';
import { chatRows } from './chat-rows.ts';
import { emailRows } from './email-rows.ts';
import { itemRows } from './item-rows.ts';
import { managementRows } from './management-rows.ts';
import { mediaRows } from './media-rows.ts';
import { monitoringRows } from './monitoring-rows.ts';
import type { DigitalOperation } from './row.ts';
import { workbinRows } from './workbin-rows.ts';

/**
 * Every digital operation of the API; routes, documentation and tests are made from it. Those that name their medium in the path come before
 * those that take any, as the first that fits is served.
 */
export const digitalOperations: readonly DigitalOperation[] = [
  ...chatRows,
  ...emailRows,
  ...mediaRows,
  ...itemRows,
  ...monitoringRows,
  ...attachmentRows,
  ...workbinRows,
  ...managementRows,
];
