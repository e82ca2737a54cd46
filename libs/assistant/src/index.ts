export * from './model/assistant.js';
export { convertAssistant, type ConvertedFile } from './convert-assistant.js';
export { AssistantError } from './model/findings.js';
export { readConfigFile, readNluFiles } from './read-parts.js';
export { readAssistant, readTestStories } from './read-assistant.js';
export * from './read-credentials.js';
export { saidByConversation } from './model/said-responses.js';
export { type ActionServer, type Endpoint, type Endpoints, readEndpoints } from './read-endpoints.js';
export * from './model/domain-json.js';
