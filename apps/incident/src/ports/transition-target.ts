import { type IncidentState, type Transition } from './incident.js';

/** The state that a transition leads to. `escalate` leads to none: it leaves the state as it is. */
export const TARGET_STATE = {
  resolve: 'resolved',
  cancel: 'canceled',
  reopen: 'in-progress',
  escalate: undefined,
} as const satisfies Record<Transition, IncidentState | undefined>;
