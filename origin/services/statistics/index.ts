/** Statistics of agents and queues, pushed and on demand: `/statistics/v3`. */
export { createStatisticsService } from './service.ts';
