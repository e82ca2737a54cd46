/** Inject the assistant that this service conducts with this. */
export const ASSISTANT = Symbol('assistant');
