import type { AttachmentWire } from '@handover/shared/api/workspace';
import { kvList, kvNumber, kvText } from '@handover/shared/genesys';
import type { IxnProperties } from '@handover/shared/genesys';

/** Under this key an interaction names its documents: one nested list each, by document id. */
export const attachmentsKey = '_attachments';

/** The documents that an interaction names. */
export function attachmentsFrom(properties: IxnProperties): AttachmentWire[] {
  return (kvList(properties.userData, attachmentsKey) ?? []).flatMap(pair => {
    if (pair.type !== 'kvlist') return [];
    return [
      {
        id: pair.key,
        name: kvText(pair.value, 'name') ?? pair.key,
        mime: kvText(pair.value, 'mime') ?? 'application/octet-stream',
        size: kvNumber(pair.value, 'size') ?? 0,
        path: `/media/${properties.mediaType}/interactions/${properties.interactionID}/attachments/${pair.key}`,
      },
    ];
  });
}
