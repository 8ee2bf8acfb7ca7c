import type { Documents, StoredDocument } from '../../../contracts/documents.ts';

/** Files in memory, by id. */
export class FakeDocuments implements Documents {
  readonly files = new Map<string, StoredDocument>();
  put(_tenant: string, document: StoredDocument): Promise<void> {
    this.files.set(document.id, document);
    return Promise.resolve();
  }
  get(_tenant: string, id: string): Promise<StoredDocument | undefined> {
    return Promise.resolve(this.files.get(id));
  }
  remove(_tenant: string, id: string): Promise<void> {
    this.files.delete(id);
    return Promise.resolve();
  }
}
