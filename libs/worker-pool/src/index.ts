export { takeTasks } from './take-tasks.js';
export { ThreadEnded, WorkerPool, type WorkerPoolOptions } from './worker-pool.js';
