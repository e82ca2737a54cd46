import { type Incident, type IncidentState } from '../../../ports/incident.js';
import { momentIn, neededIn, valueIn, type Row } from '../tables/row.js';
import { BackendFailure } from '../../../ports/backend-failure.js';

/** Codes of `state`. Codes that an instance added, or kept from an old release, are `other` and keep their label. */
const STATES: Record<string, IncidentState> = {
  '1': 'new',
  '2': 'in-progress',
  '3': 'on-hold',
  '6': 'resolved',
  '7': 'closed',
  '8': 'canceled',
};

/** Codes of `hold_reason`. */
const WAITS_FOR: Record<string, NonNullable<Incident['waitsFor']>> = {
  '1': 'caller',
  '3': 'problem',
  '4': 'vendor',
  '5': 'change',
};

/** The columns that `readIncident` needs. */
export const INCIDENT_COLUMNS = [
  'sys_id',
  'number',
  'short_description',
  'description',
  'state',
  'hold_reason',
  'priority',
  'caller_id',
  'opened_at',
  'sys_created_on',
  'sys_updated_on',
  'sys_mod_count',
  'resolved_at',
  'closed_at',
] as const;

/** @throws BackendFailure `unexpected` when a required column is hidden from our account */
export function readIncident(row: Row): Incident {
  const state = STATES[neededIn(row, 'state')] ?? 'other';
  const waitsFor = state === 'on-hold' ? WAITS_FOR[valueIn(row, 'hold_reason')] : undefined;
  const openedAt = momentIn(row, 'opened_at') ?? momentIn(row, 'sys_created_on');
  const updatedAt = momentIn(row, 'sys_updated_on') ?? openedAt;
  const isOver = state === 'resolved' || state === 'closed';
  const resolvedAt = isOver ? (momentIn(row, 'resolved_at') ?? momentIn(row, 'closed_at')) : undefined;
  if (!openedAt || !updatedAt)
    throw new BackendFailure(
      'unexpected',
      'ServiceNow leaves out when an incident was opened; may our account read it?',
    );
  return {
    id: neededIn(row, 'sys_id'),
    number: neededIn(row, 'number'),
    title: valueIn(row, 'short_description'),
    description: valueIn(row, 'description'),
    state,
    stateLabel: row.get('state')?.display ?? '',
    ...(waitsFor && { waitsFor }),
    priority: row.get('priority')?.display ?? '',
    callerId: valueIn(row, 'caller_id'),
    openedAt,
    updatedAt,
    ...(resolvedAt && { resolvedAt }),
    // The counter grows with every change that takes effect.
    revision: valueIn(row, 'sys_mod_count') || neededIn(row, 'sys_updated_on'),
  };
}
