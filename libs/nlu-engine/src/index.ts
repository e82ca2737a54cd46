export { ModelFileError, NluConfigError } from './errors.js';
export { fingerprintNlu } from './fingerprint.js';
export { type ModelInfo, NluModel } from './nlu-model.js';
export { defaultPipeline, knownComponents } from './pipeline.js';
export { type ProgressReport } from './progress.js';
export { trainNlu, type TrainingOptions } from './train-nlu.js';
export { type TrainingInput } from './training-input.js';
