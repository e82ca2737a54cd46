import { type Exchange } from '../exchange/exchange.js';

/** All faults. */
export const FAULTS = [
  'latency',
  'hang-before',
  'timeout-after-commit',
  'commit-late',
  'reset-before',
  'reset-after-commit',
  'reset-midbody',
  'status',
  'truncate',
  'truncate-error',
  'html-200',
  'hibernate',
  'login-page',
  'maintenance-503',
  'redirect-sso',
  'gzip-corrupt',
  'slow-drip',
  'wrong-content-type',
  'huge-body',
  'expire-token',
  'revoke-token',
  '401-once',
  '429',
  '429-bare',
  'acl-hide',
  'acl-deny',
  'br-abort',
  'data-policy',
  'dup-insert',
  'stale-read',
  'clock-skew',
] as const;

export type FaultName = (typeof FAULTS)[number];

/** The requests that a fault applies to; absent criteria match any request. */
export interface FaultMatch {
  method?: string;
  table?: string;
  /** The account's user name. */
  user?: string;
  /** Text in the body or the query, such as an operation id. */
  opId?: string;
  /** Only the nth matching request (from 1). */
  nth?: number;
}

/** A fault to add: its name and arguments, as in `latency:200,50`. */
export interface FaultRequest {
  fault: string;
  match?: FaultMatch;
  /** Number of requests that it affects; if absent, all until the faults are cleared. */
  times?: number;
}

/** A fault that applies to a request. */
export interface Fault {
  name: FaultName;
  args: readonly string[];
}

interface Arranged extends Fault {
  match: FaultMatch;
  left: number;
  seen: number;
}

/** The fault's name is unknown, or its arguments are invalid. */
export class UnknownFault extends Error {}

/** @throws UnknownFault */
export function parseFault(text: string): Fault {
  const [name = '', args = ''] = text.trim().split(/:(.*)/s);
  const known = FAULTS.find((fault) => fault === name);
  if (!known) throw new UnknownFault(`There is no fault "${name}". There are: ${FAULTS.join(', ')}.`);
  return { name: known, args: args === '' ? [] : args.split(',').map((arg) => arg.trim()) };
}

/** The faults that the control plane added. */
export class FaultPlan {
  private arranged: Arranged[] = [];

  /** @throws UnknownFault */
  add({ fault, match = {}, times }: FaultRequest): void {
    const parsed = parseFault(fault);
    const left = times ?? (parsed.name === '401-once' ? 1 : Infinity);
    this.arranged.push({ ...parsed, match, left, seen: 0 });
  }

  clear(): void {
    this.arranged = [];
  }

  list(): FaultRequest[] {
    return this.arranged.map(({ name, args, match, left }) => ({
      fault: args.length > 0 ? `${name}:${args.join(',')}` : name,
      match,
      ...(Number.isFinite(left) && { times: left }),
    }));
  }

  /** Takes the faults that apply to a request. */
  take(exchange: Exchange, table: string | undefined, user: () => string): Fault[] {
    if (this.arranged.length === 0) return [];
    const struck = this.arranged.filter((fault) => {
      if (!isFor(fault.match, exchange, table, user)) return false;
      fault.seen += 1;
      return fault.match.nth === undefined || fault.match.nth === fault.seen;
    });
    for (const fault of struck) fault.left -= 1;
    this.arranged = this.arranged.filter(
      ({ left, match, seen }) => left > 0 && (match.nth === undefined || seen < match.nth),
    );
    return struck;
  }
}

function isFor(match: FaultMatch, exchange: Exchange, table: string | undefined, user: () => string): boolean {
  const { method, opId } = match;
  if (method !== undefined && method.toUpperCase() !== exchange.method) return false;
  if (match.table !== undefined && match.table !== table) return false;
  if (match.user !== undefined && match.user !== user()) return false;
  return opId === undefined || exchange.body.includes(opId) || decodeURIComponentSafely(exchange.url).includes(opId);
}

function decodeURIComponentSafely(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
