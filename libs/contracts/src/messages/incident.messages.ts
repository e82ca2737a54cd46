import { Type, type Static } from 'typebox';
import { Id } from './conversation.js';
import { defineEvent, defineRequest } from '../contract/contract.js';

export const Priority = Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')]);
export type Priority = Static<typeof Priority>;

const Address = Type.String({ minLength: 3, maxLength: 254 });
const IncidentNumber = Type.String({ minLength: 1, maxLength: 40 });

/** Maximum length of a title and of a text about an incident, in UTF-16 code units. */
export const MAX_TITLE_LENGTH = 1_000;
export const MAX_INCIDENT_TEXT_LENGTH = 8_000;

/** The person for whom a request is made. Only the incident service decides what this person may see and do. */
const requester = {
  /** The address that the person typed, unless the channel asserts one. */
  email: Address,
  conversationId: Type.Optional(Id),
  /** The address that the channel asserts. Only the gateway sets it, from a verified token. */
  assertedEmail: Type.Optional(Address),
};
export const Requester = Type.Object(requester);
export type Requester = Static<typeof Requester>;

/**
 * How well the identity of the person is verified: a typed address, an address that received a one-time code, or an
 * address that the channel asserts.
 */
export const IdentityLevel = Type.Enum(['claimed', 'confirmed', 'asserted']);
export type IdentityLevel = Static<typeof IdentityLevel>;

/**
 * The reason of a final refusal.
 * - `unknown-caller`: the ticket system has no active user with this address
 * - `not-confirmed`: the request needs a confirmed or asserted address
 * - `not-found`: this person has no such incident; incidents of others are treated as if they did not exist
 * - `not-allowed`: the incident's state, or the age of its solution, does not allow it
 * - `rejected`: a rule of the ticket system refuses it
 * - `unsupported`: this ticket system does not support the request
 * - `given-up`: it failed for so long that it was parked for an operator
 */
export const RefusalReason = Type.Enum([
  'unknown-caller',
  'not-confirmed',
  'not-found',
  'not-allowed',
  'rejected',
  'unsupported',
  'given-up',
]);
export type RefusalReason = Static<typeof RefusalReason>;

const Refused = Type.Object({ kind: Type.Literal('refused'), reason: RefusalReason });
/** The request is stored and will be carried out; `incident.settled` reports the outcome. */
const Recorded = Type.Object({ kind: Type.Literal('recorded') });
const Opened = Type.Object({
  kind: Type.Literal('opened'),
  number: IncidentNumber,
  /** The priority that the ticket system computed, in its own words. */
  priority: Type.Optional(Type.String()),
});
const Changed = Type.Object({
  kind: Type.Literal('changed'),
  number: IncidentNumber,
  /** The state afterwards, in words. */
  state: Type.String(),
});

/** dialogue → incident */
export const IncidentOpen = defineRequest({
  type: 'incident.open.v1',
  kind: 'command',
  summary: 'Open an incident, once per operation id.',
  data: Type.Object({
    operationId: Id,
    ...requester,
    title: Type.String({ minLength: 1 }),
    description: Type.String({ minLength: 1 }),
    priority: Priority,
    /** Time until which the sender waits for the answer, RFC 3339. A later outcome is sent as `incident.settled`. */
    answerBy: Type.Optional(Type.String()),
  }),
  reply: Type.Union([
    Opened,
    Recorded,
    /** Local mode without a ticket system: this incident would have been opened. */
    Type.Object({ kind: Type.Literal('would-open') }),
    Refused,
  ]),
});

/** A change that callers can make to their own incidents. */
export const IncidentAction = Type.Union([
  Type.Object({
    kind: Type.Literal('comment'),
    text: Type.String({ minLength: 1, maxLength: MAX_INCIDENT_TEXT_LENGTH }),
  }),
  Type.Object({
    kind: Type.Literal('move'),
    to: Type.Enum(['resolve', 'cancel', 'reopen', 'escalate']),
    /** The reason in the caller's words. */
    note: Type.String({ maxLength: MAX_INCIDENT_TEXT_LENGTH }),
  }),
  Type.Object({
    kind: Type.Literal('attach'),
    /** The id of the file in `file.keep`. */
    fileId: Id,
  }),
]);
export type IncidentAction = Static<typeof IncidentAction>;

/** dialogue → incident */
export const IncidentChange = defineRequest({
  type: 'incident.change.v1',
  kind: 'command',
  summary: 'Comment on an incident of a caller, change its state or attach a file to it, once per operation id.',
  data: Type.Object({
    operationId: Id,
    ...requester,
    number: IncidentNumber,
    action: IncidentAction,
    answerBy: Type.Optional(Type.String()),
  }),
  reply: Type.Union([Changed, Recorded, Refused]),
});

/** incident → dialogue */
export const IncidentSettled = defineEvent({
  type: 'incident.settled.v1',
  summary: 'A recorded request about an incident was carried out or finally refused.',
  data: Type.Object({
    conversationId: Id,
    operationId: Id,
    /** The title of the incident, in the caller's words. */
    title: Type.Optional(Type.String()),
    outcome: Type.Union([Opened, Changed, Refused]),
  }),
});

/** incident → dialogue */
export const IncidentUpdated = defineEvent({
  type: 'incident.updated.v1',
  summary: 'The help desk changed the state of an incident or wrote to its caller. Each change is published once.',
  data: Type.Object({
    conversationId: Id,
    /** Permanent id of the change. */
    changeId: Id,
    number: IncidentNumber,
    title: Type.String(),
    /** The new state, in words, when it changed. */
    state: Type.Optional(Type.String()),
    /** Whether the new state means that the problem is solved. */
    isResolved: Type.Optional(Type.Boolean()),
    /** The help desk's comment to the caller. */
    comment: Type.Optional(Type.String()),
  }),
});

/** One incident as its caller may see it. */
export const IncidentView = Type.Object({
  number: IncidentNumber,
  /** The state in words. */
  state: Type.String(),
  /** Absent when the caller's address is only claimed. */
  title: Type.Optional(Type.String()),
  openedAt: Type.Optional(Type.String()),
  priority: Type.Optional(Type.String()),
  isOpen: Type.Optional(Type.Boolean()),
  /**
   * The changes that the caller can make now: a selection of `comment`, `attach`, `resolve`, `cancel`, `reopen`,
   * `escalate`.
   */
  actions: Type.Optional(Type.Array(Type.String())),
});
export type IncidentView = Static<typeof IncidentView>;

/** dialogue → incident */
export const IncidentFind = defineRequest({
  type: 'incident.find.v1',
  kind: 'query',
  summary: 'Find the incidents of a caller, newest first.',
  data: Type.Object({
    ...requester,
    /** Only the incident with this number. */
    number: Type.Optional(IncidentNumber),
    /** Only incidents that match this text, best match first. */
    about: Type.Optional(Type.String()),
    /** Minimum share of the text's words that an incident must contain; no minimum when absent. */
    leastRelevance: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** Only incidents that are still open. */
    onlyOpen: Type.Optional(Type.Boolean()),
  }),
  reply: Type.Union([
    Type.Object({
      kind: Type.Literal('found'),
      incidents: Type.Array(IncidentView),
      level: Type.Optional(IdentityLevel),
      /** Whether confirming the address with a one-time code would show more. */
      canConfirm: Type.Optional(Type.Boolean()),
    }),
    /** A claimed address is not enough to see incidents here. */
    Type.Object({ kind: Type.Literal('withheld'), canConfirm: Type.Boolean() }),
    /** Local mode without a ticket system: the state is made up, and the answer says so. */
    Type.Object({ kind: Type.Literal('made-up'), state: Type.String() }),
    /** The ticket system does not answer. */
    Type.Object({ kind: Type.Literal('unavailable') }),
  ]),
});

/** dialogue → incident */
export const IncidentRate = defineRequest({
  type: 'incident.rate.v1',
  kind: 'command',
  summary:
    'Store the rating of an incident by its caller, in a conversation that gets its updates. The latest rating counts.',
  data: Type.Object({
    conversationId: Id,
    number: IncidentNumber,
    /** 1 (poor) to 5 (excellent). */
    stars: Type.Integer({ minimum: 1, maximum: 5 }),
  }),
  reply: Type.Union([Type.Object({ kind: Type.Literal('rated') }), Refused]),
});

/** gateway → incident */
export const FileKeep = defineRequest({
  type: 'file.keep.v1',
  kind: 'command',
  summary:
    'Store a file that a person sent in a conversation, until it is attached to an incident or a day has passed.',
  data: Type.Object({
    fileId: Id,
    conversationId: Id,
    name: Type.String({ minLength: 1, maxLength: 200 }),
    /** Media type. */
    mediaType: Type.String({ maxLength: 100 }),
    /** The bytes in base64. */
    content: Type.String(),
  }),
  reply: Type.Union([
    Type.Object({ kind: Type.Literal('kept') }),
    Type.Object({
      kind: Type.Literal('refused'),
      reason: Type.Enum(['too-large', 'type-not-allowed', 'unsupported']),
    }),
  ]),
});
