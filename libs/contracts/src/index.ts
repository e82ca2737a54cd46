import { type Contract } from './contract/contract.js';
import * as api from './messages/api.messages.js';
import * as conversation from './messages/conversation.messages.js';
import * as handoff from './messages/handoff.messages.js';
import * as identity from './messages/identity.messages.js';
import * as incident from './messages/incident.messages.js';
import * as knowledge from './messages/knowledge.messages.js';

export * from './contract/contract.js';
export * from './messages/conversation.js';
export * from './contract/envelope.js';
export * from './messages/api.messages.js';
export * from './messages/conversation.messages.js';
export * from './messages/handoff.messages.js';
export * from './messages/identity.messages.js';
export * from './messages/incident.messages.js';
export * from './messages/knowledge.messages.js';

const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' && value !== null && 'type' in value && 'problemWith' in value;

/** Every message of the product by its name on the wire. */
export const contracts: ReadonlyMap<string, Contract> = new Map(
  [api, conversation, handoff, identity, incident, knowledge]
    .flatMap((messages) => Object.values(messages) as unknown[])
    .filter(isContract)
    .map((contract) => [contract.type, contract]),
);
