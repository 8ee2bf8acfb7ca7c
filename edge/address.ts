/**
 * The parts of a request's URL that every request needs, cut out of the text: the runtime hands it over in its normal form, and a `URL` of its own costs
 * as much as the choice of the region. Same names as there.
 */
export interface Address {
  /** With the colon. */
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
  readonly origin: string;
  readonly pathname: string;
  /** With the question mark, or empty. */
  readonly search: string;
  readonly searchParams: URLSearchParams;
}

export function addressOf(text: string): Address {
  const afterScheme = text.indexOf('://') + 3;
  const slash = text.indexOf('/', afterScheme);
  const hash = text.indexOf('#', slash);
  const end = hash < 0 ? text.length : hash;
  const question = text.indexOf('?', slash);
  const pathEnd = question < 0 || question > end ? end : question;
  const host = text.slice(afterScheme, slash);
  const search = end - pathEnd > 1 ? text.slice(pathEnd, end) : '';
  return {
    protocol: text.slice(0, afterScheme - 2),
    host,
    pathname: text.slice(slash, pathEnd),
    search,
    get hostname() {
      return new URL(text).hostname;
    },
    get origin() {
      return text.slice(0, slash);
    },
    get searchParams() {
      return new URLSearchParams(search);
    },
  };
}
