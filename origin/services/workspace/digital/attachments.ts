import { maxAttachmentBytes } from '@handover/shared/api/workspace';
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

/** Kinds of files that run when they are opened, by the end of their name and by how they begin. */
const runs = /\.(exe|dll|com|scr|bat|cmd|msi|ps1|vbs|js|jse|wsf|hta|jar|lnk|reg|sh)$/i;
const beginnings: readonly (readonly number[])[] = [
  [0x4d, 0x5a],
  [0x7f, 0x45, 0x4c, 0x46],
  [0x23, 0x21],
];
const mimeType = /^[\w.+-]+\/[\w.+-]+(;.*)?$/;

/** Why a file cannot be attached; undefined when it can. */
export function refusedFile(name: string, mime: string, content: Uint8Array): string | undefined {
  if (content.length === 0) return 'the file is empty';
  if (content.length > maxAttachmentBytes) return `at most ${String(maxAttachmentBytes)} bytes`;
  if (!mimeType.test(mime)) return 'must have a media type';
  if (runs.test(name) || beginnings.some(bytes => bytes.every((byte, index) => content[index] === byte)))
    return 'files that can be run are not taken';
  return undefined;
}
