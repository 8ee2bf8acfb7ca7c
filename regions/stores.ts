/**
 * Where each region's stores are. Apart from the regions themselves: only origins and operators read this, the edge never bundles it.
 * Passwords are not here: they come with `DATABASE_URL`, `REDIS_URL` and `ELASTICSEARCH_URL` of each origin.
 */
export interface RegionStores {
  /** Own region's server first; writes find the primary by themselves. */
  readonly postgresHosts: readonly string[];
  readonly redisHost: string;
  readonly searchUrl?: string;
}

export const stores: Readonly<Record<string, RegionStores>> = {
  'us-east': {
    postgresHosts: ['pg.us-east.example.com:5432', 'pg.eu-west.example.com:5432'],
    redisHost: 'redis.us-east.example.com:6379',
    searchUrl: 'https://search.us-east.example.com:9200',
  },
  'eu-west': {
    postgresHosts: ['pg.eu-west.example.com:5432', 'pg.us-east.example.com:5432'],
    redisHost: 'redis.eu-west.example.com:6379',
    searchUrl: 'https://search.eu-west.example.com:9200',
  },
};
