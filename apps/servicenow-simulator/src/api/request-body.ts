import { type Row } from '../data/schema.js';
import { type Exchange, headerOf } from '../exchange/exchange.js';
import { ApiError } from '../exchange/api-error.js';

/**
 * The fields of a JSON body as texts. For an array of records, the first counts.
 * @throws ApiError 415 for another content type, 400 for an invalid body
 */
export function fieldsOf(exchange: Exchange): Row {
  const body = jsonOf(exchange);
  const record: unknown = Array.isArray(body) ? body[0] : body;
  if (typeof record !== 'object' || record === null) throw unreadable('A record is an object of fields');
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, textOf(value)]));
}

/** @throws ApiError */
export function jsonOf(exchange: Exchange): unknown {
  if (exchange.body.length === 0) return {};
  const type = headerOf(exchange, 'content-type') ?? '';
  if (!/^(application|text)\/json\b/i.test(type))
    throw new ApiError(415, 'Unsupported media type', `Content-Type ${type}`);
  try {
    return JSON.parse(exchange.body.toString());
  } catch {
    throw unreadable('The payload is not valid JSON');
  }
}

const unreadable = (detail: string): ApiError => new ApiError(400, 'Exception while reading request', detail);

/** The text of a field. A reference may be sent as the object in which it was read. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'object': {
      if (value === null) return '';
      const { value: raw, display_value: shown } = value as { value?: unknown; display_value?: unknown };
      return textOf(raw ?? shown);
    }
    default:
      return '';
  }
}
