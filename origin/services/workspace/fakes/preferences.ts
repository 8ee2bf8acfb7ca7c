import type { FavoriteTarget, Preferences, RecentTarget, SavedTarget } from '../../../contracts/workspace.ts';

const maxPersons = 20_000;
const maxTargets = 100;

const same = (a: SavedTarget, type: string, id: string): boolean => a.type === type && a.id === id;

/** Recents and favourites in memory, bounded. */
export function createMemoryPreferences(): Preferences {
  const byPerson = new Map<string, { recents: RecentTarget[]; favorites: FavoriteTarget[] }>();
  const of = (tenant: string, person: string): { recents: RecentTarget[]; favorites: FavoriteTarget[] } => {
    const key = JSON.stringify([tenant, person]);
    const entry = byPerson.get(key) ?? { recents: [], favorites: [] };
    // The latest used stays longest.
    byPerson.delete(key);
    byPerson.set(key, entry);
    const oldest = byPerson.keys().next().value;
    if (byPerson.size > maxPersons && oldest !== undefined) byPerson.delete(oldest);
    return entry;
  };
  return {
    recents: async (tenant, person) => of(tenant, person).recents,
    async addRecent(tenant, person, target) {
      const entry = of(tenant, person);
      entry.recents = [target, ...entry.recents.filter(each => !same(each, target.type, target.id))].slice(0, maxTargets);
    },
    async acknowledgeMissed(tenant, person) {
      const entry = of(tenant, person);
      entry.recents = entry.recents.map(each => ({ ...each, missed: false }));
    },
    favorites: async (tenant, person) => of(tenant, person).favorites,
    async saveFavorite(tenant, person, target) {
      const entry = of(tenant, person);
      if (entry.favorites.some(each => same(each, target.type, target.id))) return false;
      entry.favorites = [target, ...entry.favorites].slice(0, maxTargets);
      return true;
    },
    async deleteFavorite(tenant, person, type, id) {
      const entry = of(tenant, person);
      const rest = entry.favorites.filter(each => !same(each, type, id));
      const had = rest.length < entry.favorites.length;
      entry.favorites = rest;
      return had;
    },
  };
}
