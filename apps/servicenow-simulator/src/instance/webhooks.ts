import { createHmac } from 'node:crypto';
import { type Row } from '../data/schema.js';
import { stampOf } from '../environment/date-time.js';
import { type VirtualClock } from '../environment/clock.js';
import { type SimConfig } from '../environment/config.js';
import { type Store } from '../data/store.js';
import { parseQuery } from '../query/parse-query.js';
import { runQuery } from '../query/run-query.js';
import { type RequestJournal } from './request-journal.js';

const TIMEOUT_MS = 10_000;
const OURS = 'correlation_display=helpdesk-assistant';

/** What an administrator's business rule sends when an incident changes; as on a real instance nothing is sent twice. */
export class Webhooks {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly config: SimConfig,
    private readonly store: Store,
    private readonly clock: VirtualClock,
    private readonly journal: RequestJournal,
  ) {}

  announce(table: string, after: Row, changed: readonly string[]): void {
    const { config, clock } = this;
    if (!config.webhook || table !== 'incident' || !this.isWanted(after, config.webhook.query ?? OURS)) return;
    const { sys_id, number, sys_mod_count, state } = after;
    const body = JSON.stringify({ sys_id, number, sys_mod_count, state, changed });
    const sending = this.send(config.webhook.url, config.webhook.secret, body, clock.now());
    this.underWay.add(sending);
    void sending.finally(() => this.underWay.delete(sending));
  }

  /** Resolves when everything that was announced arrived or failed. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private isWanted(row: Row, query: string): boolean {
    const { store, config } = this;
    const found = runQuery('incident', parseQuery(query, config), {
      store,
      config,
      invalidMatchesNothing: true,
      script: { userId: '', userName: '', zone: '', now: 0 },
      shuffle: (rows) => rows,
      checkField: () => undefined,
      onScript: () => undefined,
      rows: [row],
    });
    return found.length > 0;
  }

  private async send(url: string, secret: string, body: string, now: number): Promise<void> {
    const timestamp = String(Math.floor(now / 1_000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    const headers = {
      'Content-Type': 'application/json',
      'X-HD-Timestamp': timestamp,
      'X-HD-Signature': `sha256=${signature}`,
    };
    const outcome = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
      ({ status }) => status,
      (error: unknown) => String(error),
    );
    this.journal.webhooks.push({ at: stampOf(now), url, body, outcome });
  }
}
