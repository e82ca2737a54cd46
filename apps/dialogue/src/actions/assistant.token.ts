/** Injection token of the assistant that this service runs. */
export const ASSISTANT = Symbol('assistant');
