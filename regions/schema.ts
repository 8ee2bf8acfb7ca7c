import { ConfigError, z } from '@handover/shared/config';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1-32 lower-case letters, digits or hyphens');
const nodeId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}\/[a-z0-9-]{1,32}$/, 'must be <region>/<node>');
const originUrl = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    context.addIssue({ code: 'custom', message: 'must be an http or https URL' });
  else if (url.pathname !== '/' || url.search !== '' || url.username !== '' || text.endsWith('/'))
    context.addIssue({ code: 'custom', message: 'must be scheme, host and port only' });
});

const regionSchema = z.strictObject({
  name,
  /** Path of the site in the Configuration Server's words, e.g. `/us-east`. */
  location: z.string().regex(/^(\/[A-Za-z0-9_-]{1,64}){1,8}$/, 'must be a path like /us-east'),
  /** One entry per address; health is judged for each by itself. */
  origins: z
    .array(z.strictObject({ node: nodeId, url: originUrl }))
    .min(1)
    .max(64),
  /** Where requests go, in this order, when the region cannot serve. */
  failover: z.array(name).max(15).default([]),
  /** Lower comes first when nothing else decides. */
  priority: z.int().min(0).max(1_000).default(100),
  /** ISO 3166 countries and continents (`EU`, `NA`, ...) that this region is near to. */
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .max(250)
    .default([]),
  continents: z.array(z.enum(['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'])).default([]),
  position: z.strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }).optional(),
  /** What the operator says; health can only make it worse. */
  state: z.enum(['up', 'draining', 'down']).default('up'),
});

const registrySchema = z
  .strictObject({
    regions: z.array(regionSchema).min(1).max(16),
    /** Tenant to the name of its home region. */
    homes: z.record(z.string().min(1).max(64), name).default({}),
  })
  .superRefine(({ regions, homes }, context) => {
    const names = regions.map(region => region.name);
    const fault = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
    duplicates(names).forEach(twice => fault(['regions'], `${twice} is listed twice`));
    duplicates(regions.flatMap(region => region.origins.map(origin => origin.node))).forEach(twice =>
      fault(['regions'], `node ${twice} is listed twice`),
    );
    duplicates(regions.flatMap(region => region.origins.map(origin => origin.url))).forEach(twice =>
      fault(['regions'], `url ${twice} is listed twice`),
    );
    regions.forEach((region, index) => {
      region.origins.forEach((origin, at) => {
        if (!origin.node.startsWith(`${region.name}/`)) fault(['regions', index, 'origins', at, 'node'], `must start with ${region.name}/`);
      });
      region.failover.forEach((other, at) => {
        if (other === region.name || !names.includes(other)) fault(['regions', index, 'failover', at], 'must name another region');
      });
      if (regions.length > 1 && region.failover.length === 0) fault(['regions', index, 'failover'], 'must name at least one other region');
    });
    for (const [tenant, home] of Object.entries(homes)) if (!names.includes(home)) fault(['homes', tenant], 'names no region');
  });

export type Region = z.infer<typeof regionSchema>;
export type Origin = Region['origins'][number];
/** A region as it is written down: fields with defaults may be left out. */
export type RegionInput = z.input<typeof regionSchema>;
/** The data centres behind one edge. */
export type RegionRegistry = Readonly<z.infer<typeof registrySchema>>;
export type RegionRegistryWire = z.input<typeof registrySchema>;

const duplicates = (values: readonly string[]): string[] => [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];

/** Checks a registry (an object, e.g. parsed from `HANDOVER_REGIONS`). All faults at once, each naming the field: `ConfigError`. */
export function readRegions(value: unknown): RegionRegistry {
  const parsed = registrySchema.safeParse(value);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(issue => `${['regions', ...issue.path].join('.')}: ${issue.message}`));
  return Object.freeze(parsed.data);
}
