import type { TlibRequest } from '@handover/shared/genesys';
import { kvList, kvNumber, kvText } from '@handover/shared/genesys';
import type { CommandEntry } from '../world/index.ts';

/** What the command log keeps of a request. */
export function commandEntry(request: TlibRequest, server: string, atMs: number): CommandEntry {
  const signature = kvList(request.extensions, 'handover');
  return {
    atMs,
    server,
    node: kvText(signature, 'node') ?? null,
    epoch: kvNumber(signature, 'epoch') ?? null,
    messageName: request.messageName,
    dn: request.thisDN ?? null,
    connId: request.connID ?? null,
  };
}
