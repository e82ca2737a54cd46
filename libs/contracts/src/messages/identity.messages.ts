import { Type } from 'typebox';
import { Id } from './conversation.js';
import { defineRequest } from '../contract/contract.js';

const Address = Type.String({ minLength: 3, maxLength: 254 });

/** dialogue → incident */
export const CallerFind = defineRequest({
  type: 'caller.find.v1',
  kind: 'query',
  summary: 'Whether the ticket system knows somebody by an address.',
  data: Type.Object({ email: Address, conversationId: Id }),
  reply: Type.Object({
    /**
     * `unchecked`: every address may open incidents here, the ticket system is away, or this conversation tried too
     * many addresses.
     */
    kind: Type.Enum(['known', 'unknown', 'unchecked']),
  }),
});

/** dialogue → incident */
export const IdentityChallenge = defineRequest({
  type: 'identity.challenge.v1',
  kind: 'command',
  summary: 'Send a one-time code to an address; the answer is the same whether or not anybody is known by it.',
  data: Type.Object({
    email: Address,
    conversationId: Id,
    /** The same id again sends no second code. */ requestId: Id,
  }),
  reply: Type.Object({
    /** `limited`: too many codes were asked for; `unavailable`: no mail can be sent here. */
    kind: Type.Enum(['sent', 'limited', 'unavailable']),
  }),
});

/** dialogue → incident */
export const IdentityConfirm = defineRequest({
  type: 'identity.confirm.v1',
  kind: 'command',
  summary: 'Check a one-time code; the right one confirms the address in this conversation for a while.',
  data: Type.Object({ email: Address, conversationId: Id, code: Type.String({ maxLength: 40 }), requestId: Id }),
  reply: Type.Object({
    /** `expired`: there is no code that could be tried (any more). */
    kind: Type.Enum(['confirmed', 'wrong', 'expired']),
  }),
});
