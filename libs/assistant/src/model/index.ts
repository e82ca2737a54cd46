/** The model of an assistant, without the file readers. The engines import only this. */
export * from './action-names.js';
export * from './assistant.js';
export * from './domain-json.js';
export { AssistantError } from './findings.js';
export { saidByConversation } from './said-responses.js';
export * from './shortcut.js';
