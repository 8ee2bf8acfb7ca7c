import type { RegionInput } from './schema.ts';

export const euWest: RegionInput = {
  name: 'eu-west',
  location: '/eu-west',
  origins: [
    { node: 'eu-west/1', url: 'https://eu-west-1.origin.example.com' },
    { node: 'eu-west/2', url: 'https://eu-west-2.origin.example.com' },
  ],
  failover: ['us-east'],
  priority: 20,
  continents: ['EU', 'AF'],
  position: { latitude: 53.3, longitude: -6.3 },
};
