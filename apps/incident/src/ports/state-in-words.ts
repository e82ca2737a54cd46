import { type Incident, type IncidentState } from './incident.js';

const WORDS: Record<Exclude<IncidentState, 'other'>, string> = {
  new: 'awaiting triage',
  'in-progress': 'in progress',
  'on-hold': 'on hold',
  resolved: 'resolved',
  closed: 'closed',
  canceled: 'canceled',
};

const WAITS: Record<NonNullable<Incident['waitsFor']>, string> = {
  caller: 'waiting for your answer',
  vendor: 'waiting for a supplier',
  change: 'waiting for a planned change',
  problem: 'waiting for the solution of a related problem',
};

/** The state of an incident in words for its caller: "… is currently in progress". */
export function stateInWords({
  state,
  stateLabel,
  waitsFor,
}: Pick<Incident, 'state' | 'stateLabel' | 'waitsFor'>): string {
  if (state === 'other') return stateLabel || 'in a state without a name';
  return state === 'on-hold' && waitsFor ? `on hold, ${WAITS[waitsFor]}` : WORDS[state];
}
