export * from './batches.js';
export * from './embedded-host.js';
export * from './lease.js';
export * from './postgres-host.js';
export * from './store.js';
