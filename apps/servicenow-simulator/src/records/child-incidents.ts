import { type Row } from '../data/schema.js';
import { AWAITING_CALLER, State } from './incident-rules.js';

const ENDED: ReadonlySet<string> = new Set([State.closed, State.canceled]);

/** Whether the children of an incident take over its new state: all but waiting for a caller, and the ends. */
export const isFollowed = ({ state, hold_reason }: Row): boolean =>
  state === State.inProgress || state === State.resolved || (state === State.onHold && hold_reason !== AWAITING_CALLER);

/** What changes about a child when its parent comes into another state; nothing for one that ended. */
export function followParent(child: Row, { state, hold_reason, close_code, close_notes }: Row): Row | undefined {
  if (ENDED.has(child['state']!) || child['state'] === state) return undefined;
  if (state === State.resolved) return { state, close_code: close_code!, close_notes: close_notes! };
  return { state: state!, hold_reason: hold_reason! };
}
