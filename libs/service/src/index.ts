export * from './health.controller.js';
export * from './logger.js';
export * from './neighbour.js';
export * from './problem.filter.js';
export * from './project-root.js';
export * from './run-main.js';
export * from './service.js';
export * from './settings.js';
