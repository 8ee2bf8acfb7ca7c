/** A file that belongs to an interaction. */
export interface StoredDocument {
  /** UUID. */
  id: string;
  name: string;
  mime: string;
  content: Uint8Array<ArrayBuffer>;
}

/** The files of e-mails and work items, by tenant. Rejects with `store.read-only` or `store.unavailable`. */
export interface Documents {
  put(tenant: string, document: StoredDocument): Promise<void>;
  get(tenant: string, id: string): Promise<StoredDocument | undefined>;
  remove(tenant: string, id: string): Promise<void>;
}
