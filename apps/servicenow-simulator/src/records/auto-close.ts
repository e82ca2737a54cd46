import { systemSession } from '../access/session.js';
import { type Store } from '../data/store.js';
import { schema } from '../data/tables.js';
import { instantOf } from '../environment/date-time.js';
import { State } from './incident-rules.js';
import { type Records } from './records.js';

const DAY = 86_400_000;

/** The scheduled job that closes incidents which stayed resolved for so many days; 0 is never. */
export function autoClose(store: Store, records: Records, days: number, now: number): void {
  if (!(days > 0)) return;
  const incident = schema.table('incident')!;
  for (const row of [...store.rows('incident')]) {
    const since = instantOf(row['resolved_at'] ?? '');
    if (row['state'] !== State.resolved || since === undefined || since + days * DAY > now) continue;
    records.update(incident, row, { state: State.closed }, { session: systemSession, now });
  }
}
