export { own } from './answer.ts';
export { administer, isAdmin } from './admin.ts';
export { healthReport } from './health.ts';
export { servePages } from './static.ts';
