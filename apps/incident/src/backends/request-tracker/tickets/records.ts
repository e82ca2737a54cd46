import { Type, type Static, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { BackendFailure } from '../../../ports/backend-failure.js';

/** RT returns ids as text in some answers and as numbers in others. */
const Id = Type.Union([Type.String(), Type.Integer()]);
/** A reference to a record. The id of a user is the user name. */
const Reference = Type.Object({ id: Id });

const TICKET = {
  id: Id,
  Subject: Type.String(),
  Status: Type.String(),
  Priority: Type.Union([Type.String(), Type.Number()]),
  Requestor: Type.Array(Reference),
  Created: Type.String(),
  LastUpdated: Type.String(),
  Resolved: Type.String(),
  // RT sends an empty text instead of a list when our account may not see any field.
  CustomFields: Type.Union([
    Type.Array(Type.Object({ name: Type.String(), values: Type.Array(Type.Unknown()) })),
    Type.String(),
  ]),
};
export const Ticket = Type.Object(TICKET);
export type Ticket = Static<typeof Ticket>;

export const Transaction = Type.Object({ id: Id, ObjectId: Id, Created: Type.String(), Creator: Reference });
export type Transaction = Static<typeof Transaction>;

export const Attachment = Type.Object({ TransactionId: Id, ContentType: Type.String(), Content: Type.String() });

/** A file or a part of a message. RT leaves out empty properties. */
export const StoredFile = Type.Object({
  Filename: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  ContentLength: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()])),
});
export type StoredFile = Static<typeof StoredFile>;

export const User = Type.Object({
  Name: Type.String(),
  RealName: Type.Optional(Type.String()),
  EmailAddress: Type.String(),
});

export const Queue = Type.Object({
  Name: Type.String(),
  _hyperlinks: Type.Array(Type.Object({ ref: Type.String(), type: Type.Optional(Type.String()) })),
  TicketCustomFields: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
});

export const Created = Type.Object({ id: Id });

const Page = Type.Object({
  items: Type.Array(Type.Unknown()),
  page: Type.Number(),
  /** Null when RT cannot count the pages. */
  pages: Type.Union([Type.Number(), Type.Null()]),
});

/** The columns that a search must request so that its rows are complete. */
export const columnsOf = ({ properties }: { properties: Record<string, TSchema> }): string =>
  Object.keys(properties)
    .filter((name) => name !== 'id')
    .join(',');

/** Validates data against a schema. @throws BackendFailure `unexpected` */
export function read<S extends TSchema>(schema: S, data: unknown, mayHaveHappened = false): Static<S> {
  if (Check(schema, data)) return data;
  throw new BackendFailure('unexpected', 'Request Tracker answered with data of another shape than agreed.', {
    mayHaveHappened,
  });
}

/** A page of a search. */
export function readPage<S extends TSchema>(schema: S, data: unknown): { rows: Static<S>[]; isLast: boolean } {
  const { items, page, pages } = read(Page, data);
  return {
    rows: items.map((item) => read(schema, item)),
    // When RT cannot count the rows, it may leave out some rows of a page, but hardly all of them.
    isLast: pages === null ? items.length === 0 : page >= pages,
  };
}

/** @throws BackendFailure `unexpected` */
export function momentIn(text: string): Date {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime()))
    throw new BackendFailure('unexpected', 'Request Tracker answered with an invalid time.');
  return moment;
}
