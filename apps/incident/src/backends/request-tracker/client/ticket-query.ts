import { createHash } from 'node:crypto';

/** The kind of a value in a query. A value of each kind comes only from its validator below. */
export type ValueKind = 'ticket' | 'user' | 'field' | 'operation' | 'day';

declare const kind: unique symbol;
/** A validated text that may stand in a query where its kind is expected. */
export type QueryValue<K extends ValueKind = ValueKind> = string & { readonly [kind]: K };

declare const query: unique symbol;
/** A query in RT's language. Only this file builds queries. */
export type Query = string & { readonly [query]: true };

/*
 * Validators reject; they do not repair. Values stand between double quotes, and no accepted value contains a double
 * quote or a backslash, so RT compares with exactly the accepted text.
 */

/** A ticket's id. */
export const ticketId = (text: string) => accepted<'ticket'>(/^[1-9][0-9]{0,9}$/, text);

/**
 * The name of a user, often an address. RT reads a quoted text that begins like a custom field as that field, so such
 * names are rejected.
 */
export const userName = (text: string) =>
  accepted<'user'>(/^(?!CF\.)[\p{L}\p{N}][\p{L}\p{N}\p{M}._@+' -]{0,199}$/iu, text);

/** The name of a custom field. */
export const fieldName = (text: string) => accepted<'field'>(/^[A-Za-z][A-Za-z0-9 _-]{0,99}$/, text);

/** A day, such as `2026-11-23`. */
export const day = (text: string) => accepted<'day'>(/^\d{4}-\d\d-\d\d$/, text);

const MARK = 'hd-';

/**
 * The mark that identifies the ticket of an operation. Our own operation ids, 64 hexadecimal digits or UUIDs, stay
 * readable in it; any other id is replaced by its SHA-256.
 */
export function operationMark(operationId: string): QueryValue<'operation'> {
  const isOurs = /^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(operationId);
  return `${MARK}${isOurs ? operationId : createHash('sha256').update(operationId).digest('hex')}` as QueryValue<'operation'>;
}

export const isOneOf = (ids: readonly QueryValue<'ticket'>[]) => anyOf(ids.map((id) => `id = ${id}`));

export const isOfOperation = (field: QueryValue<'field'>, mark: QueryValue<'operation'>) =>
  `CF.{${field}} = "${mark}"` as Query;

/** Matches tickets opened through an assistant. */
export const isMarked = (field: QueryValue<'field'>) => `CF.{${field}} STARTSWITH "${MARK}"` as Query;

export const isRequestedBy = (user: QueryValue<'user'>) => `Requestor.Name = "${user}"` as Query;

/** RT reads times in the time zone of the account's profile, so only whole days are safe to query. */
export const isUpdatedFrom = (moment: QueryValue<'day'>) => `LastUpdated >= "${moment}"` as Query;

/** A query for the transactions of these tickets, limited to these types. */
export const transactionsOf = (ids: readonly QueryValue<'ticket'>[], types: readonly TransactionType[]) =>
  allOf(
    `ObjectType = "RT::Ticket"` as Query,
    anyOf(ids.map((id) => `ObjectId = ${id}`)),
    anyOf(types.map((type) => `Type = "${type}"`)),
  );

/** Types of transactions that change something callers can see. RT has more. */
export const TRANSACTION_TYPES = [
  'Create',
  'Correspond',
  'Status',
  'Set',
  'AddWatcher',
  'DelWatcher',
  'SetWatcher',
] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

export const allOf = (...conditions: readonly Query[]) => conditions.join(' AND ') as Query;

const anyOf = (conditions: readonly string[]) => `(${conditions.join(' OR ')})` as Query;

function accepted<K extends ValueKind>(pattern: RegExp, text: string): QueryValue<K> | undefined {
  return pattern.test(text) ? (text as QueryValue<K>) : undefined;
}
