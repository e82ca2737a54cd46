/** What an assistant is, without reading any file: the door that the engines use. */
export * from './action-names.js';
export * from './assistant.js';
export * from './domain-json.js';
export { AssistantError } from './findings.js';
export { saidByConversation } from './said-responses.js';
export * from './shortcut.js';
