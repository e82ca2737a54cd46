import { createHash } from 'node:crypto';
import { stampOf } from '../environment/date-time.js';
import { type Exchange } from '../exchange/exchange.js';

/** One request and what became of it. `status` 0 is a request that got no answer. */
export interface JournalEntry {
  at: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  bodyHash: string;
  user: string;
  status: number;
  decision: string;
}

/** Something that a careful client never causes. */
export interface SecurityEvent {
  at: string;
  kind: 'script' | 'caret-in-value' | 'locked-out' | 'ignored-filter';
  detail: string;
}

export interface WebhookDelivery {
  at: string;
  url: string;
  body: string;
  /** The status of the answer, or why there was none. */
  outcome: number | string;
}

// What identifies a machine or an account is not written down.
const OMITTED = new Set(['host', 'authorization', 'cookie', 'x-sn-apikey', 'connection', 'keep-alive']);
const KEPT = 50_000;

/** What happened, for tests to look at. The oldest entries go when there are very many. */
export class RequestJournal {
  requests: JournalEntry[] = [];
  security: SecurityEvent[] = [];
  webhooks: WebhookDelivery[] = [];

  record(exchange: Exchange, status: number): void {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(exchange.headers))
      if (!OMITTED.has(name) && value !== undefined) headers[name] = String(value);
    this.requests.push({
      at: stampOf(exchange.now),
      method: exchange.method,
      url: exchange.url,
      headers,
      bodyHash: exchange.body.length === 0 ? '' : createHash('sha256').update(exchange.body).digest('hex'),
      user: exchange.session?.userName ?? '',
      status,
      decision: exchange.decisions.join(', ') || 'processed',
    });
    if (this.requests.length > 2 * KEPT) this.requests = this.requests.slice(-KEPT);
  }

  suspect(now: number, kind: SecurityEvent['kind'], detail: string): void {
    this.security.push({ at: stampOf(now), kind, detail });
  }

  clear(): void {
    this.requests = [];
    this.security = [];
    this.webhooks = [];
  }
}
