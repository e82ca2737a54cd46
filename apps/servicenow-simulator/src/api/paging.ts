import { type SimConfig } from '../environment/config.js';
import { type Exchange, isSet } from '../exchange/exchange.js';
import { ApiError } from '../exchange/api-error.js';

const DEFAULT_LIMIT = 10_000;

export interface Page {
  limit: number;
  offset: number;
}

/** @throws ApiError 400 for an invalid limit or offset, if the configuration is strict */
export function pageOf({ query }: Exchange, config: SimConfig): Page {
  const number = (name: string, least: number, otherwise: number): number => {
    const text = query.get(name);
    if (text === null || text === '') return otherwise;
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= least) return value;
    if (config.strictPaging) throw new ApiError(400, 'Invalid parameter', `${name} must be a number from ${least}`);
    return otherwise;
  };
  return { limit: number('sysparm_limit', 1, DEFAULT_LIMIT), offset: number('sysparm_offset', 0, 0) };
}

/** The headers with the number of matching rows and the links to other pages. */
export function pagingHeaders(exchange: Exchange, { limit, offset }: Page, total: number): Record<string, string> {
  if (isSet(exchange, 'sysparm_no_count')) return {};
  const count = { 'X-Total-Count': String(total) };
  const fitsOnOnePage = total <= limit && offset === 0;
  if (fitsOnOnePage || total === 0 || isSet(exchange, 'sysparm_suppress_pagination_header')) return count;
  const { origin, path, query } = exchange;
  const link = (at: number, rel: string): string => {
    const parameters = new URLSearchParams(query);
    parameters.delete('sysparm_limit');
    parameters.delete('sysparm_offset');
    parameters.append('sysparm_limit', String(limit));
    parameters.append('sysparm_offset', String(at));
    return `<${origin}${path}?${parameters.toString()}>;rel="${rel}"`;
  };
  const links = [
    link(0, 'first'),
    ...(offset > 0 ? [link(Math.max(0, offset - limit), 'prev')] : []),
    ...(offset + limit < total ? [link(offset + limit, 'next')] : []),
    link(Math.floor((total - 1) / limit) * limit, 'last'),
  ];
  return { ...count, Link: links.join(',') };
}
