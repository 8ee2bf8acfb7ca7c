/** The server that is written to, as the looks at all servers show it. */
export interface Writer {
  /** Of the last look; undefined when there is none, or none for certain. */
  readonly index: number | undefined;
  /** Looks now; a look under way counts. Rejects when a look does. */
  look(): Promise<void>;
  /** Nobody is written to until the next look. */
  forget(): void;
}

/**
 * `lookOnce` asks every server and answers the one that may be written to; `isSure` says whether a server was there all the time since it was
 * asked. The looks of one round are not of one moment: who answers after having been away may have been replaced since another was looked at.
 * So whoever is not known already must be shown by two rounds in a row.
 */
export function createWriter(lookOnce: () => Promise<number | undefined>, isSure: (index: number) => boolean): Writer {
  let index: number | undefined;
  let looking: Promise<void> | undefined;
  const lookTwice = async (): Promise<void> => {
    const trusted = index !== undefined && isSure(index) ? index : undefined;
    const chosen = await lookOnce();
    const confirmed = chosen === trusted || chosen === undefined || (await lookOnce()) === chosen;
    index = confirmed ? chosen : undefined;
  };
  return {
    get index() {
      return index;
    },
    look: () => (looking ??= lookTwice().finally(() => (looking = undefined))),
    forget: () => void (index = undefined),
  };
}
