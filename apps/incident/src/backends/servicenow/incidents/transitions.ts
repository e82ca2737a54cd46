import { BackendFailure } from '../../../ports/backend-failure.js';
import { OPEN_STATES, type Incident, type IncidentState, type Transition } from '../../../ports/incident.js';
import { INCIDENT_COLUMNS, readIncident } from './incident-row.js';
import { type QueryValue } from '../tables/query-value.js';
import { valueIn, type Row } from '../tables/row.js';
import { type TableApi, written } from '../tables/table-api.js';

interface Means {
  tables: TableApi;
  closeCode: string;
}

/**
 * Moves an incident as its caller asks, depending on its current state.
 * @param said the caller's reason, ready for the journal
 * @throws BackendFailure `rejected` when its state does not allow the move, or the instance did not store it
 */
export async function moved(
  id: QueryValue<'sys-id'>,
  to: Transition,
  said: string,
  { tables, closeCode }: Means,
): Promise<Incident> {
  const columns = [...INCIDENT_COLUMNS, 'urgency'];
  const before = await tables.read('incident', id, columns);
  const incident = readIncident(before);
  const step = STEPS[to](incident.state, before, closeCode);
  if (step === 'refused') throw new BackendFailure('rejected', `An incident that is ${incident.state} does not ${to}.`);
  if (step === 'done') return incident;
  const { remark, ...values } = step;
  const after = await tables.update('incident', id, { ...values, [remark]: said }, columns);
  const dropped = (['state', 'urgency'] as const).filter(
    (column) => values[column] && valueIn(after, column) !== values[column],
  );
  if (dropped.length > 0)
    throw new BackendFailure('rejected', `ServiceNow did not keep ${dropped.join(', ')}; may our account write it?`);
  return written(() => readIncident(after));
}

/** Columns to write, and the column for the caller's reason. */
interface Step {
  remark: 'comments' | 'close_notes';
  state?: string;
  urgency?: string;
  close_code?: string;
}

const STEPS: Record<Transition, (state: IncidentState, row: Row, closeCode: string) => Step | 'done' | 'refused'> = {
  resolve: (state, _row, closeCode) => {
    if (state === 'resolved') return 'done';
    return OPEN_STATES.has(state) ? { state: '6', close_code: closeCode, remark: 'close_notes' } : 'refused';
  },
  cancel: (state) => {
    if (state === 'canceled') return 'done';
    return OPEN_STATES.has(state) ? { state: '8', remark: 'comments' } : 'refused';
  },
  // A closed incident stays closed; the caller opens a new one instead.
  reopen: (state) => {
    if (OPEN_STATES.has(state)) return 'done';
    return state === 'resolved' ? { state: '2', remark: 'comments' } : 'refused';
  },
  escalate: (state, row) => {
    if (!OPEN_STATES.has(state)) return 'refused';
    const urgency = Number(valueIn(row, 'urgency'));
    // No urgency is above 1, but the desk should see the escalation.
    return { ...(urgency > 1 && { urgency: String(urgency - 1) }), remark: 'comments' };
  },
};
