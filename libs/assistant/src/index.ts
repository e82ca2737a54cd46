export * from './assistant.js';
export { AssistantError } from './findings.js';
export { readConfigFile, readNluFiles } from './read-parts.js';
export { readAssistant, readTestStories } from './read-assistant.js';
export * from './read-credentials.js';
