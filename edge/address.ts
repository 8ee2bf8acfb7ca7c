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

/** A class, since accessors of a literal are made anew for each request. */
class CutAddress implements Address {
  readonly pathname: string;
  readonly search: string;
  readonly #text: string;
  readonly #afterScheme: number;
  readonly #slash: number;

  constructor(text: string) {
    this.#text = text;
    this.#afterScheme = text.indexOf('://') + 3;
    this.#slash = text.indexOf('/', this.#afterScheme);
    const hash = text.indexOf('#', this.#slash);
    const end = hash < 0 ? text.length : hash;
    const question = text.indexOf('?', this.#slash);
    const pathEnd = question < 0 || question > end ? end : question;
    this.pathname = text.slice(this.#slash, pathEnd);
    this.search = end - pathEnd > 1 ? text.slice(pathEnd, end) : '';
  }

  get protocol(): string {
    return this.#text.slice(0, this.#afterScheme - 2);
  }
  get host(): string {
    return this.#text.slice(this.#afterScheme, this.#slash);
  }
  get hostname(): string {
    return new URL(this.#text).hostname;
  }
  get origin(): string {
    return this.#text.slice(0, this.#slash);
  }
  get searchParams(): URLSearchParams {
    return new URLSearchParams(this.search);
  }
}

export const addressOf = (text: string): Address => new CutAddress(text);
