import { productionRegions, readRegions, type RegionRegistry } from '@handover/regions';
import { ConfigError, integer, json, readConfig, z } from '@handover/shared/config';
import { createStamper, type Stamper } from '@handover/shared/attempt';
import { createSigner, keyringSchema, type Signer } from '@handover/shared/pin';
import type { HealthObject } from './health/object.ts';

/** Bindings of the worker, as `wrangler.toml` names them. */
export interface Env {
  readonly HEALTH: DurableObjectNamespace<HealthObject>;
  readonly ASSETS?: Fetcher;
  readonly [name: string]: unknown;
}

export interface EdgeConfig {
  readonly registry: RegionRegistry;
  readonly signer: Signer;
  readonly stamper: Stamper;
  /** Origins of pages, besides our own, that may call us with cookies. */
  readonly publicOrigins: ReadonlySet<string>;
  readonly operator: { readonly user: string; readonly password: string } | undefined;
  /** What happens when every region looks down. */
  readonly panic: 'fail-open' | 'fail-closed';
  readonly maxBodyBytes: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

const originText = z.string().refine(text => URL.canParse(text) && new URL(text).origin === text, {
  error: 'must be a list of origins like https://desk.example.com',
});

const schema = z.object({
  REGIONS: json(z.unknown()).optional(),
  EDGE_KEYRING: json(keyringSchema),
  PUBLIC_ORIGINS: z
    .string()
    .transform(text =>
      text
        .split(',')
        .map(part => part.trim())
        .filter(part => part !== ''),
    )
    .pipe(z.array(originText).max(200))
    .default([]),
  OPS_USER: z.string().min(1).max(64).optional(),
  OPS_PASSWORD: z.string().min(1).max(256).optional(),
  PANIC: z.enum(['fail-open', 'fail-closed']).default('fail-open'),
  MAX_BODY_BYTES: integer({ min: 65_536, max: 100_000_000 }).default(10_000_000),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** Reads the bindings. All faults at once, each with its key: `ConfigError`. */
export function readEdgeConfig(env: Env): EdgeConfig {
  const faults: string[] = [];
  const collect = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push(...error.faults);
      return undefined;
    }
  };
  const texts = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  const raw = collect(() => readConfig(schema, texts, []));
  const registry = collect(() => (raw?.REGIONS === undefined ? productionRegions() : readRegions(raw.REGIONS)));
  if ((raw?.OPS_USER === undefined) !== (raw?.OPS_PASSWORD === undefined))
    faults.push('OPS_PASSWORD: OPS_USER and OPS_PASSWORD go together');
  if (typeof env.HEALTH !== 'object') faults.push('HEALTH: the Durable Object binding is missing');
  if (faults.length > 0 || raw === undefined || registry === undefined) throw new ConfigError(faults);
  const signer = createSigner(raw.EDGE_KEYRING);
  return Object.freeze({
    registry,
    signer,
    stamper: createStamper(signer),
    publicOrigins: new Set(raw.PUBLIC_ORIGINS),
    operator: raw.OPS_USER === undefined || raw.OPS_PASSWORD === undefined ? undefined : { user: raw.OPS_USER, password: raw.OPS_PASSWORD },
    panic: raw.PANIC,
    maxBodyBytes: raw.MAX_BODY_BYTES,
    logLevel: raw.LOG_LEVEL,
  });
}
