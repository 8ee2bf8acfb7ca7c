import { headers, pinCookie, pinQuery } from '@handover/shared/headers';
import { decodePin, encodePin, type Pin, type Signer } from '@handover/shared/pin';

const lifeS = 8 * 3_600;
const maxCandidates = 4;
const maxKnown = 4_096;

/** Pins this isolate has checked or made; a text that was good stays good until it expires. */
const known = new Map<string, Pin>();

export interface FoundPin {
  readonly pin: Pin | undefined;
  /** More than one pin cookie came: a partitioned and an unpartitioned one of the same name. */
  readonly twins: boolean;
}

/** The valid pin of the highest epoch among header, query and cookies. */
export async function findPin(signer: Signer, sent: Headers, url: Pick<URL, 'search' | 'searchParams'>, nowMs: number): Promise<FoundPin> {
  const cookies = cookieValues(sent.get('cookie'), pinCookie);
  const others = [sent.get(headers.pin), url.search === '' ? null : url.searchParams.get(pinQuery)];
  const texts = [...others.filter(text => text !== null), ...cookies].slice(0, maxCandidates);
  let best: Pin | undefined;
  for (const text of texts) {
    const pin = known.get(text) ?? (await checked(signer, text, nowMs));
    if (pin !== undefined && pin.expiry * 1_000 > nowMs && (best === undefined || pin.epoch > best.epoch)) best = pin;
  }
  return { pin: best, twins: cookies.length > 1 };
}

async function checked(signer: Signer, text: string, nowMs: number): Promise<Pin | undefined> {
  const decoded = await decodePin(signer, text, nowMs);
  if (!decoded.ok) return undefined;
  remember(text, decoded.value);
  return decoded.value;
}

function remember(text: string, pin: Pin): void {
  if (known.size >= maxKnown) for (const oldest of known.keys()) if (known.delete(oldest)) break;
  known.set(text, pin);
}

/** What the answer says about where the session is. */
export interface Served {
  readonly region: string;
  /** Full node id, or the empty text. */
  readonly node: string;
  readonly epoch: number | undefined;
}

/**
 * The pin that the answer should set, or undefined when the client's is good: same place, and less than half of its life gone. The epoch
 * never falls, whatever an older owner answers.
 */
export function nextPin(before: Pin | undefined, served: Served, nowMs: number): Pin | undefined {
  const nowS = Math.floor(nowMs / 1_000);
  const older = before !== undefined && served.epoch !== undefined && served.epoch < before.epoch;
  if (older) return undefined;
  const node = served.node.startsWith(`${served.region}/`) ? served.node.slice(served.region.length + 1) : '';
  const epoch = served.epoch ?? before?.epoch ?? 0;
  const same = before !== undefined && before.region === served.region && before.node === node && before.epoch === epoch;
  return same && before.expiry - nowS > lifeS / 2 ? undefined : { region: served.region, epoch, node, expiry: nowS + lifeS };
}

/** `Set-Cookie` lines of a pin. Always the same attributes; the unpartitioned twin, when there is one, is ended. */
export async function pinCookies(signer: Signer, pin: Pin, options: { secure: boolean; twins: boolean }): Promise<string[]> {
  const text = await encodePin(signer, pin);
  remember(text, pin);
  const flags = options.secure ? '; SameSite=None; Secure; Partitioned' : '';
  const line = `${pinCookie}=${text}; Path=/; HttpOnly; Max-Age=${lifeS}${flags}`;
  const twin = `${pinCookie}=; Path=/; HttpOnly; Max-Age=0; SameSite=None; Secure`;
  return options.secure && options.twins ? [twin, line] : [line];
}

/** All values of one name in a Cookie header. Real clients also join pairs without a space, or send attributes along. */
export function cookieValues(header: string | null, name: string): string[] {
  if (header === null || !header.includes(name)) return [];
  const found: string[] = [];
  const start = `${name}=`;
  // Looked for, not split: most of the header is a sealed session.
  for (let at = header.indexOf(start); at >= 0; at = header.indexOf(start, at + start.length)) {
    const before = header.slice(0, at).trimEnd();
    if (before !== '' && !before.endsWith(';')) continue;
    const end = header.indexOf(';', at);
    found.push(header.slice(at + start.length, end < 0 ? undefined : end).trim());
  }
  return found;
}
