import { readFile } from 'node:fs/promises';
import type { Logger } from '@handover/shared/log';

/** Reads `{"sip_us-east_primary": {"host": "...", "port": 1}, ...}`. What is not of that form is left out, and logged. */
export async function readServerAddresses(file: string, log: Logger): Promise<Map<string, { host: string; port: number }>> {
  const addresses = new Map<string, { host: string; port: number }>();
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    log.warn('the file of server addresses cannot be read', { file, why: cause instanceof Error ? cause.message : String(cause) });
    return addresses;
  }
  if (typeof parsed !== 'object' || parsed === null) return addresses;
  for (const [name, value] of Object.entries(parsed as Readonly<Record<string, unknown>>)) {
    const { host, port } = (typeof value === 'object' && value !== null ? value : {}) as { host?: unknown; port?: unknown };
    if (typeof host === 'string' && Number.isInteger(port) && (port as number) > 0 && (port as number) < 65_536)
      addresses.set(name, { host, port: port as number });
    else log.warn('a server address is not of the form {host, port}', { server: name });
  }
  return addresses;
}
