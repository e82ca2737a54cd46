import { type IncidentState, type Transition } from './incident.js';

/** The target state of each transition. `escalate` has none: it keeps the state. */
export const TARGET_STATE = {
  resolve: 'resolved',
  cancel: 'canceled',
  reopen: 'in-progress',
  escalate: undefined,
} as const satisfies Record<Transition, IncidentState | undefined>;
