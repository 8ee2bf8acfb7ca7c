export * from './kv.ts';
export * from './tlib.ts';
export * from './configuration.ts';
export * from './keep-alive.ts';
export * from './stat.ts';
export * from './interaction.ts';
