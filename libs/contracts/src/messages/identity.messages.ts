import { Type } from 'typebox';
import { Id } from './conversation.js';
import { defineRequest } from '../contract/contract.js';

const Address = Type.String({ minLength: 3, maxLength: 254 });

/** dialogue → incident */
export const CallerFind = defineRequest({
  type: 'caller.find.v1',
  kind: 'query',
  summary: 'Check whether the ticket system knows an address.',
  data: Type.Object({ email: Address, conversationId: Id }),
  reply: Type.Object({
    /**
     * `unchecked`: every address may open incidents here, the ticket system is unavailable, or this conversation tried
     * too many addresses.
     */
    kind: Type.Enum(['known', 'unknown', 'unchecked']),
  }),
});

/** dialogue → incident */
export const IdentityChallenge = defineRequest({
  type: 'identity.challenge.v1',
  kind: 'command',
  summary: 'Send a one-time code to an address. The answer is the same for known and unknown addresses.',
  data: Type.Object({
    email: Address,
    conversationId: Id,
    /** A request with the same id does not send another code. */
    requestId: Id,
  }),
  reply: Type.Object({
    /** `limited`: too many codes were requested; `unavailable`: mail cannot be sent. */
    kind: Type.Enum(['sent', 'limited', 'unavailable']),
  }),
});

/** dialogue → incident */
export const IdentityConfirm = defineRequest({
  type: 'identity.confirm.v1',
  kind: 'command',
  summary: 'Check a one-time code. The correct code confirms the address in this conversation for a limited time.',
  data: Type.Object({ email: Address, conversationId: Id, code: Type.String({ maxLength: 40 }), requestId: Id }),
  reply: Type.Object({
    /** `expired`: there is no valid code (any more). */
    kind: Type.Enum(['confirmed', 'wrong', 'expired']),
  }),
});
