export * from './embedded-host.js';
export * from './lease.js';
export * from './postgres-host.js';
export * from './store.js';
