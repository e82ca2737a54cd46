export * from './model/index.js';
export { convertAssistant, type ConvertedFile } from './convert-assistant.js';
export { readConfigFile, readNluFiles } from './read-parts.js';
export { readAssistant, readTestStories } from './read-assistant.js';
export * from './read-credentials.js';
export { type ActionServer, type Endpoint, type Endpoints, readEndpoints } from './read-endpoints.js';
