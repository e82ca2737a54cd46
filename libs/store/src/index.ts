export * from './embedded-host.js';
export * from './postgres-host.js';
export * from './store.js';
