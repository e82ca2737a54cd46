export { TrainingThreads, withTrainingThreads } from './training-threads.js';
