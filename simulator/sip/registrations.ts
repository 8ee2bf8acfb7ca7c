/** Which clients are registered on which DNs. */
export class Registrations<Client> {
  readonly #byDn = new Map<string, Set<Client>>();
  readonly #byClient = new Map<Client, Set<string>>();

  add(client: Client, dn: string): void {
    grow(this.#byDn, dn).add(client);
    grow(this.#byClient, client).add(dn);
  }

  remove(client: Client, dn: string): boolean {
    if (this.#byClient.get(client)?.delete(dn) !== true) return false;
    const clients = this.#byDn.get(dn);
    clients?.delete(client);
    if (clients?.size === 0) this.#byDn.delete(dn);
    return true;
  }

  has(client: Client, dn: string): boolean {
    return this.#byDn.get(dn)?.has(client) === true;
  }

  /** In the order of their registration. */
  on(dn: string): Iterable<Client> {
    return this.#byDn.get(dn) ?? [];
  }

  /** Forgets a client; answers its DNs on which no client is left that counts. One that does not count leaves none behind. */
  leave(client: Client, counts: (client: Client) => boolean = () => true): string[] {
    const dns = [...(this.#byClient.get(client) ?? [])];
    for (const dn of dns) this.remove(client, dn);
    this.#byClient.delete(client);
    return counts(client) ? dns.filter(dn => ![...this.on(dn)].some(counts)) : [];
  }

  clear(): void {
    this.#byDn.clear();
    this.#byClient.clear();
  }
}

function grow<Key, Value>(map: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = new Set<Value>();
  map.set(key, made);
  return made;
}
