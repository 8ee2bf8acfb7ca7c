export {
  runHandover,
  startSystem,
  startUp,
  type HandoverResult,
  type RunningSystem,
  type SystemOptions,
  type UpProcess,
} from './system.ts';
export { temporaryDir, until } from './waiting.ts';
