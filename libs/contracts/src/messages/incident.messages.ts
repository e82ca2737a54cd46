import { Type, type Static } from 'typebox';
import { Id } from './conversation.js';
import { defineEvent, defineRequest } from '../contract/contract.js';

export const Priority = Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')]);
export type Priority = Static<typeof Priority>;

const Address = Type.String({ minLength: 3, maxLength: 254 });
const IncidentNumber = Type.String({ minLength: 1, maxLength: 40 });

/** Longest title and longest text about an incident, in UTF-16 code units. */
export const MAX_TITLE_LENGTH = 1_000;
export const MAX_INCIDENT_TEXT_LENGTH = 8_000;

/** Whom a request is for. What this person may see and do is decided by the incident service alone. */
const requester = {
  /** As typed, unless the channel asserts it. */
  email: Address,
  conversationId: Type.Optional(Id),
  /** The address that the channel asserts. Only the gateway sets it, from a token that it checked. */
  assertedEmail: Type.Optional(Address),
};
export const Requester = Type.Object(requester);
export type Requester = Static<typeof Requester>;

/**
 * How sure we are of who asks: a typed address, one whose mailbox received a code of ours, or one that the channel
 * asserts.
 */
export const IdentityLevel = Type.Enum(['claimed', 'confirmed', 'asserted']);
export type IdentityLevel = Static<typeof IdentityLevel>;

/**
 * Why something is not done, for good.
 *
 * - `unknown-caller`: the ticket system knows nobody (active) by this address
 * - `not-confirmed`: this needs a confirmed or asserted address
 * - `not-found`: there is no such incident of this person; what belongs to others does not exist for them
 * - `not-allowed`: the incident's state, or the age of its solution, does not allow it
 * - `rejected`: a rule of the ticket system refuses it
 * - `unsupported`: this ticket system cannot do that
 * - `given-up`: it could not be done for so long that it was put aside for an operator
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
/** It is kept and will be done; `incident.settled` tells the outcome. */
const Recorded = Type.Object({ kind: Type.Literal('recorded') });
const Opened = Type.Object({
  kind: Type.Literal('opened'),
  number: IncidentNumber,
  /** As the ticket system computed it, in its words. */
  priority: Type.Optional(Type.String()),
});
const Changed = Type.Object({
  kind: Type.Literal('changed'),
  number: IncidentNumber,
  /** Where it stands afterwards, in words. */
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
    /** Until when somebody waits for the answer, RFC 3339; after that the outcome comes as `incident.settled`. */
    answerBy: Type.Optional(Type.String()),
  }),
  reply: Type.Union([
    Opened,
    Recorded,
    /** Local mode: nothing is connected; this is what would have been opened. */
    Type.Object({ kind: Type.Literal('would-open') }),
    Refused,
  ]),
});

/** What a caller may do to an incident of theirs. */
export const IncidentAction = Type.Union([
  Type.Object({
    kind: Type.Literal('comment'),
    text: Type.String({ minLength: 1, maxLength: MAX_INCIDENT_TEXT_LENGTH }),
  }),
  Type.Object({
    kind: Type.Literal('move'),
    to: Type.Enum(['resolve', 'cancel', 'reopen', 'escalate']),
    /** Why, in the caller's words. */
    note: Type.String({ maxLength: MAX_INCIDENT_TEXT_LENGTH }),
  }),
  Type.Object({
    kind: Type.Literal('attach'),
    /** As `file.keep` named it. */
    fileId: Id,
  }),
]);
export type IncidentAction = Static<typeof IncidentAction>;

/** dialogue → incident */
export const IncidentChange = defineRequest({
  type: 'incident.change.v1',
  kind: 'command',
  summary: 'Comment on an incident of a caller, move it or attach a file to it, once per operation id.',
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
  summary: 'What was recorded about an incident earlier has been done, or never will be.',
  data: Type.Object({
    conversationId: Id,
    operationId: Id,
    /** What the incident is or was to be called by its caller. */
    title: Type.Optional(Type.String()),
    outcome: Type.Union([Opened, Changed, Refused]),
  }),
});

/** incident → dialogue */
export const IncidentUpdated = defineEvent({
  type: 'incident.updated.v1',
  summary: 'The desk changed the state of an incident or wrote to its caller; each change comes once.',
  data: Type.Object({
    conversationId: Id,
    /** Names the change for ever. */
    changeId: Id,
    number: IncidentNumber,
    title: Type.String(),
    /** The new state, in words, when it changed. */
    state: Type.Optional(Type.String()),
    /** Whether the new state means that the problem is solved. */
    isResolved: Type.Optional(Type.Boolean()),
    /** What the desk wrote to the caller. */
    comment: Type.Optional(Type.String()),
  }),
});

/** One incident as its caller may see it. */
export const IncidentView = Type.Object({
  number: IncidentNumber,
  /** In words. */
  state: Type.String(),
  /** Absent when the caller's address is only claimed. */
  title: Type.Optional(Type.String()),
  openedAt: Type.Optional(Type.String()),
  priority: Type.Optional(Type.String()),
  isOpen: Type.Optional(Type.Boolean()),
  /** What its caller can do with it now, of `comment`, `attach`, `resolve`, `cancel`, `reopen`, `escalate`. */
  actions: Type.Optional(Type.Array(Type.String())),
});
export type IncidentView = Static<typeof IncidentView>;

/** dialogue → incident */
export const IncidentFind = defineRequest({
  type: 'incident.find.v1',
  kind: 'query',
  summary: 'The incidents of a caller, newest first.',
  data: Type.Object({
    ...requester,
    /** Only the one of this number. */
    number: Type.Optional(IncidentNumber),
    /** Only those that this text is about; the best first. */
    about: Type.Optional(Type.String()),
    /** The share of its words that an incident must contain at least; any when absent. */
    leastRelevance: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** Only those on which something is still to be done. */
    onlyOpen: Type.Optional(Type.Boolean()),
  }),
  reply: Type.Union([
    Type.Object({
      kind: Type.Literal('found'),
      incidents: Type.Array(IncidentView),
      level: Type.Optional(IdentityLevel),
      /** A code by e-mail would show more than this. */
      canConfirm: Type.Optional(Type.Boolean()),
    }),
    /** A claimed address is shown nothing here. */
    Type.Object({ kind: Type.Literal('withheld'), canConfirm: Type.Boolean() }),
    /** Local mode: nothing is connected; the state is made up, and the answer says so. */
    Type.Object({ kind: Type.Literal('made-up'), state: Type.String() }),
    /** The ticket system does not answer. */
    Type.Object({ kind: Type.Literal('unavailable') }),
  ]),
});

/** dialogue → incident */
export const IncidentRate = defineRequest({
  type: 'incident.rate.v1',
  kind: 'command',
  summary: 'Keep how satisfied a caller is with an incident whose news this conversation gets; the last word counts.',
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
  summary: 'Keep a file that a person sent in a conversation, until it is attached to an incident or a day has passed.',
  data: Type.Object({
    fileId: Id,
    conversationId: Id,
    name: Type.String({ minLength: 1, maxLength: 200 }),
    /** Media type. */
    mediaType: Type.String({ maxLength: 100 }),
    /** In base64. */
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
