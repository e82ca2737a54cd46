import { type IncomingHttpHeaders } from 'node:http';
import { type Session } from '../access/session.js';

/** What faults change about how one request is processed. */
export interface Spells {
  hiddenRows: Set<string>;
  hiddenFields: Set<string>;
  deniedOperations: Set<string>;
  abortingRule?: string;
  mandatoryField?: string;
  insertsTwice: boolean;
  /** Reads see the instance as it was so many milliseconds ago. */
  readLagMs: number;
  token: 'valid' | 'expired' | 'revoked';
}

/** One request on its way through the instance. */
export interface Exchange {
  method: string;
  /** Decoded, without the query. */
  path: string;
  /** As it was sent, with the query. */
  url: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The address that the client used, as in `https://host:port`. */
  origin: string;
  /** The instance's time for this request. */
  now: number;
  session?: Session;
  spells: Spells;
  /** What became of it, for the journal. */
  decisions: string[];
}

/** What goes back. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body?: Buffer;
}

export const noSpells = (): Spells => ({
  hiddenRows: new Set(),
  hiddenFields: new Set(),
  deniedOperations: new Set(),
  insertsTwice: false,
  readLagMs: 0,
  token: 'valid',
});

export const json = (status: number, body: unknown, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json;charset=UTF-8', ...headers },
  body: Buffer.from(JSON.stringify(body)),
});

export const html = (status: number, page: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'text/html;charset=UTF-8', ...headers },
  body: Buffer.from(page),
});

/** A refusal of the platform's REST APIs. */
export const failure = (
  status: number,
  message: string,
  detail: string | null,
  headers: Answer['headers'] = {},
): Answer => json(status, { error: { message, detail }, status: 'failure' }, headers);

/** The value of a header that is sent once. */
export const headerOf = ({ headers }: Exchange, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** A query parameter that switches something on. */
export const isSet = ({ query }: Exchange, name: string): boolean => query.get(name)?.toLowerCase() === 'true';
