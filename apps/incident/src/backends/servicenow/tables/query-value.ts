/** The kind of a value in a query. A value of each kind comes only from its validator below. */
export type ValueKind = 'sys-id' | 'number' | 'email' | 'correlation-id' | 'date-time' | 'word';

declare const kind: unique symbol;
/** A validated text that may stand in a query where its kind is expected. */
export type QueryValue<K extends ValueKind = ValueKind> = string & { readonly [kind]: K };

const SYS_ID = /^[0-9a-f]{32}$/;
const CORRELATION_ID = /^hd-[0-9a-f-]{36,64}$/;
const WORD = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/;
const EMAIL = /^[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/;
const MAX_EMAIL = 254;
const MAX_SEARCH = 120;

/*
 * Validators reject; they do not repair. They return exactly the text that goes into the query, so none of it may end a
 * condition there: ServiceNow separates conditions by `^` and documents no escape for it in REST.
 */

/** A record's key: 32 hexadecimal digits. */
export const sysId = (text: string) => accepted<'sys-id'>(SYS_ID, text.toLowerCase());

/** An incident's number such as `INC0010008`, with one of the `prefixes` that the instance uses. */
export function incidentNumber(text: string, prefixes: readonly string[]): QueryValue<'number'> | undefined {
  const number = text.toUpperCase();
  const prefix = prefixes.find((known) => number.startsWith(known));
  return prefix !== undefined && /^[0-9]{7,10}$/.test(number.slice(prefix.length))
    ? (number as QueryValue<'number'>)
    : undefined;
}

/** An email address in plain ASCII, without characters that need quotes. */
export const emailAddress = (text: string) => (text.length <= MAX_EMAIL ? accepted<'email'>(EMAIL, text) : undefined);

/** The mark on our incidents; see `correlation-id.ts`. */
export const correlationId = (text: string) => accepted<'correlation-id'>(CORRELATION_ID, text);

/** A moment as ServiceNow stores it: UTC, whole seconds. */
export const dateTime = (text: string) => accepted<'date-time'>(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, text);

/** A word from our code or the configuration, such as a choice or a column name. */
export const word = (text: string) => accepted<'word'>(WORD, text);

/**
 * A person's search text, for the text parameter of the knowledge API. It never becomes part of an encoded query. As a
 * second safeguard, it could not alter one either.
 */
export function searchText(text: string): string | undefined {
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  const cut = [...plain].slice(0, MAX_SEARCH).join('').trim();
  return cut === '' || cut.includes('^') || /^javascript:/i.test(cut) ? undefined : cut;
}

function accepted<K extends ValueKind>(pattern: RegExp, text: string): QueryValue<K> | undefined {
  return pattern.test(text) ? (text as QueryValue<K>) : undefined;
}
