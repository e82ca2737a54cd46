import { createHash } from 'node:crypto';
import { type Session } from '../access/session.js';
import { refusedByPolicy, refusedByRule } from '../exchange/api-error.js';
import { type Row } from '../data/schema.js';
import { priorityOf } from './priority.js';

export const State = {
  new: '1',
  inProgress: '2',
  onHold: '3',
  resolved: '6',
  closed: '7',
  canceled: '8',
} as const;

export const AWAITING_CALLER = '1';

/** What the platform does to an incident that is written: data lookup, data policy and business rules. */
export interface IncidentWrite {
  /** The incident as it was; none when it is new. */
  before?: Row;
  /** The incident as the client wants it. */
  wanted: Row;
  session: Session;
  /** The stamp of the moment. */
  now: string;
  hasComment: boolean;
  keepSentPriority: boolean;
}

const END_STATES: ReadonlySet<string> = new Set([State.closed, State.canceled]);

/**
 * The incident as it is stored.
 * @throws ApiError when the data policy or a business rule refuses.
 */
export function applyIncidentRules({ before, wanted, session, now, hasComment, keepSentPriority }: IncidentWrite): Row {
  const was = before?.['state'];
  const isByCaller = session.userId !== '' && session.userId === wanted['caller_id'];
  const isReleased =
    was === State.onHold &&
    wanted['state'] === was &&
    hasComment &&
    isByCaller &&
    before?.['hold_reason'] === AWAITING_CALLER;
  const state = isReleased ? State.inProgress : wanted['state']!;
  if (was !== undefined && END_STATES.has(was) && state !== was)
    throw refusedByRule('incident', 'Keep closed incidents closed', ruleId('closed'));
  checkClosing(state, wanted);
  const stored: Record<string, string> = { ...wanted, state, incident_state: state };
  stored['active'] = String(!END_STATES.has(state));
  if (state !== State.onHold) stored['hold_reason'] = '';
  if (!keepSentPriority || !wanted['priority'])
    stored['priority'] = priorityOf(wanted['impact'] ?? '', wanted['urgency'] ?? '') || (before?.['priority'] ?? '5');
  if (state !== was) Object.assign(stored, stampsOf(state, was, stored, session, now));
  return stored;
}

function checkClosing(state: string, wanted: Row): void {
  if (state === State.onHold && !wanted['hold_reason']) throw refusedByPolicy(['On hold reason']);
  if (state !== State.resolved && state !== State.closed) return;
  const missing = [
    ...(wanted['close_code'] ? [] : ['Resolution code']),
    ...(wanted['close_notes'] ? [] : ['Resolution notes']),
  ];
  if (missing.length > 0) throw refusedByPolicy(missing);
}

function stampsOf(state: string, was: string | undefined, row: Row, { userId }: Session, now: string): Row {
  if (state === State.resolved) return { resolved_at: now, resolved_by: userId };
  if (END_STATES.has(state)) return { closed_at: now, closed_by: userId };
  if (was !== State.resolved) return {};
  const reopened = String(Number(row['reopen_count'] ?? 0) + 1);
  return { reopen_count: reopened, reopened_by: userId, reopened_time: now, resolved_at: '', resolved_by: '' };
}

/** A business rule's sys_id, which error details carry. */
export const ruleId = (name: string): string => createHash('md5').update(`business rule ${name}`).digest('hex');
