import type { RegionInput } from './schema.ts';

export const usEast: RegionInput = {
  name: 'us-east',
  location: '/us-east',
  origins: [
    { node: 'us-east/1', url: 'https://us-east-1.origin.example.com' },
    { node: 'us-east/2', url: 'https://us-east-2.origin.example.com' },
  ],
  failover: ['eu-west'],
  priority: 10,
  continents: ['NA', 'SA', 'OC', 'AS'],
  position: { latitude: 38.9, longitude: -77.5 },
};
