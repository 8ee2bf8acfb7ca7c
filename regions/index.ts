import { euWest } from './eu-west.ts';
import { readRegions, type RegionRegistry } from './schema.ts';
import { usEast } from './us-east.ts';

export { readRegions, type Origin, type Region, type RegionInput, type RegionRegistry, type RegionRegistryWire } from './schema.ts';

/** The production registry, checked when it is asked for. Its addresses are examples: replace them, or give the edge `REGIONS`. */
export const productionRegions = (): RegionRegistry => readRegions({ regions: [usEast, euWest], homes: { acme: 'us-east' } });
