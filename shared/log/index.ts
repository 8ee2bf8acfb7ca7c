/** Logging as a contract: one JSON line an entry, with `time` (ISO, UTC), `level`, `area`, `msg` and fields. Never a secret, token or cookie. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Logger {
  debug(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  error(msg: string, fields?: LogFields): void;
  /** The same log under another area name. */
  area(name: string): Logger;
}

const levels: Readonly<Record<LogLevel, number>> = { debug: 10, info: 20, warn: 30, error: 40 };

/** Writes entries of at least `level` to `sink` as JSON lines; `base` is added to each (region, node). */
export function createLogger(options: {
  sink: (line: string) => void;
  area: string;
  level?: LogLevel;
  base?: LogFields;
  now?: () => number;
}): Logger {
  const threshold = levels[options.level ?? 'info'];
  const now = options.now ?? Date.now;
  const write = (area: string, level: LogLevel, msg: string, fields?: LogFields): void => {
    if (levels[level] < threshold) return;
    options.sink(JSON.stringify({ time: new Date(now()).toISOString(), level, area, msg, ...options.base, ...fields }));
  };
  const make = (area: string): Logger => ({
    debug: (msg, fields) => write(area, 'debug', msg, fields),
    info: (msg, fields) => write(area, 'info', msg, fields),
    warn: (msg, fields) => write(area, 'warn', msg, fields),
    error: (msg, fields) => write(area, 'error', msg, fields),
    area: make,
  });
  return make(options.area);
}

/** A log that says nothing; for tests. */
export const silentLogger: Logger = createLogger({ sink: () => undefined, area: 'silent' });
