import { Type, type Static } from 'typebox';
import { Id } from '../conversation.js';
import { defineRequest } from '../contract.js';

export const Priority = Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')]);
export type Priority = Static<typeof Priority>;

/** dialogue → incident */
export const IncidentOpen = defineRequest({
  type: 'incident.open.v1',
  kind: 'command',
  summary: 'Open an incident, once per operation id.',
  data: Type.Object({
    operationId: Id,
    email: Type.String({ minLength: 3, maxLength: 254 }),
    title: Type.String({ minLength: 1 }),
    description: Type.String({ minLength: 1 }),
    priority: Priority,
  }),
  reply: Type.Union([
    Type.Object({ kind: Type.Literal('opened'), number: Type.String() }),
    /** Local mode: nothing is connected; this is what would have been opened. */
    Type.Object({ kind: Type.Literal('would-open') }),
    Type.Object({ kind: Type.Literal('refused'), reason: Type.String() }),
  ]),
});

/** dialogue → incident */
export const IncidentFind = defineRequest({
  type: 'incident.find.v1',
  kind: 'query',
  summary: 'The incidents of a caller, newest first.',
  data: Type.Object({ email: Type.String({ minLength: 3, maxLength: 254 }) }),
  reply: Type.Union([
    Type.Object({
      kind: Type.Literal('found'),
      incidents: Type.Array(
        Type.Object({ number: Type.String(), title: Type.String(), state: Type.String(), openedAt: Type.String() }),
      ),
    }),
    /** Local mode: nothing is connected; the state is made up, and the answer says so. */
    Type.Object({ kind: Type.Literal('made-up'), state: Type.String() }),
  ]),
});
