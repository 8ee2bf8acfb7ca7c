import type { ContactCenterSetting, CorsOrigin } from '../../contracts/stores.ts';

export const corsSetting = 'cors-origins';
const maxOrigins = 500;

/** An origin as browsers send it: scheme, host and port, nothing else. Undefined when the text is none. */
export function originFrom(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 255 || !URL.canParse(trimmed)) return undefined;
  const url = new URL(trimmed);
  if (!['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '')
    return undefined;
  return url.origin;
}

/** A location path is `/` or `/name` or deeper. */
export const isLocation = (text: string): boolean => text === '/' || /^(?:\/[A-Za-z0-9_-]{1,32}){1,8}$/.test(text);

/** Whether a setting made for `location` holds at `own`: the same place or one above it. */
export const holdsAt = (location: string, own: string): boolean => location === '/' || own === location || own.startsWith(`${location}/`);

/** The value of a setting at a location: of those that hold there the most specific one. */
export function settingAt(settings: readonly ContactCenterSetting[], name: string, own: string): ContactCenterSetting | undefined {
  return settings
    .filter(setting => setting.name === name && holdsAt(setting.location, own))
    .reduce<ContactCenterSetting | undefined>(
      (best, setting) => (best === undefined || setting.location.length > best.location.length ? setting : best),
      undefined,
    );
}

/** Origins whose pages may call the API at a location: the listed ones, and those of each contact centre's `cors-origins` setting there. */
export function allowedOrigins(listed: readonly CorsOrigin[], settings: readonly ContactCenterSetting[], own: string): string[] {
  const byCenter = Map.groupBy(settings, setting => setting.contactCenterId);
  const fromSettings = [...byCenter.values()].flatMap(list => settingAt(list, corsSetting, own)?.value.split(',') ?? []);
  const all = [...listed.map(entry => entry.origin), ...fromSettings].map(originFrom).filter(origin => origin !== undefined);
  return [...new Set(all)].slice(0, maxOrigins);
}
