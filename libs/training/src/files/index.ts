/** Where the models of an assistant lie. A door of its own, since it needs nothing that trains. */
export { modelFile, policiesFile } from './model-files.js';
export { readStoredPolicies } from './stored-policies.js';
