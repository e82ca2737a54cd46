/** The locations of an assistant's model files. A separate entry point, because it needs no training code. */
export { modelFile, policiesFile } from './model-files.js';
export { readStoredPolicies } from './stored-policies.js';
