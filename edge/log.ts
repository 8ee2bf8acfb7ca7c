import { createLogger, type Logger } from '@handover/shared/log';

/** JSON lines on the worker's console, which is where the platform collects logs. */
export const edgeLogger = (level: 'debug' | 'info' | 'warn' | 'error'): Logger =>
  // eslint-disable-next-line no-console -- a worker has no other output
  createLogger({ sink: line => console.log(line), area: 'edge', level });
