import { AppError } from '@handover/shared/errors';
import type { Clock } from '@handover/shared/time';
import type { ContactCenter, ContactCenters } from '../../contracts/stores.ts';

export interface Tenants {
  /** The contact centre of a login's domain. Without a domain: the client's only one, else the only one there is. */
  forLogin(domain: string | undefined, allowedIds: readonly string[]): Promise<ContactCenter | undefined>;
  byName(name: string): Promise<ContactCenter | undefined>;
}

const freshMs = 5_000;

/** Contact centres from the store, remembered for 5 s; when no server answers, what was known holds on. */
export function createTenants(store: ContactCenters, clock: Clock): Tenants {
  let centers: ContactCenter[] = [];
  let untilMs = -1;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    try {
      centers = await store.contactCenters('local');
      untilMs = clock.monotonic() + (centers.length === 0 ? 0 : freshMs);
    } catch (error) {
      if (centers.length === 0) throw error instanceof AppError ? error : new AppError('store.unavailable', { cause: error });
      untilMs = clock.monotonic() + 1_000;
    }
  };
  const current = async (): Promise<readonly ContactCenter[]> => {
    if (clock.monotonic() >= untilMs) await (reading ??= read().finally(() => (reading = undefined)));
    return centers;
  };
  return {
    async forLogin(domain, allowedIds) {
      const allowed = (await current()).filter(center => allowedIds.length === 0 || allowedIds.includes(center.id));
      if (domain !== undefined) return allowed.find(center => center.domains.includes(domain) || center.name.toLowerCase() === domain);
      return allowed.length === 1 ? allowed[0] : undefined;
    },
    byName: async name => (await current()).find(center => center.name === name),
  };
}
