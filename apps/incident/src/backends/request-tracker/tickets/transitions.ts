import { BackendFailure } from '../../../ports/backend-failure.js';
import { OPEN_STATES, type Incident, type IncidentState, type Transition } from '../../../ports/incident.js';
import { TARGET_STATE } from '../../../ports/transition-target.js';
import { afterWrite } from './after-write.js';
import { type RequestTrackerConfig } from '../client/request-tracker.config.js';
import { type QueryValue } from '../client/ticket-query.js';
import { type Tickets } from './tickets.js';

interface Means {
  tickets: Tickets;
  config: RequestTrackerConfig;
  /** Writes the caller's reason, and sets a status with it. */
  say: (status?: string) => Promise<unknown>;
  setPriority: (priority: number) => Promise<unknown>;
}

/**
 * Moves a ticket as its caller asks, depending on its current status.
 * @throws BackendFailure `rejected` when its state does not allow the move, or RT did not store it
 */
export async function moved(id: QueryValue<'ticket'>, to: Transition, means: Means): Promise<Incident> {
  const before = await found(id, means.tickets);
  const { state } = before.incident;
  if (isDone(to, state)) return before.incident;
  if (!isAllowed(to, state)) throw new BackendFailure('rejected', `A ticket that is ${state} does not ${to}.`);
  const target = TARGET_STATE[to];
  return target ? restated(id, target, means) : escalated(id, Number(before.ticket.Priority), means);
}

async function restated(
  id: QueryValue<'ticket'>,
  target: IncidentState,
  { tickets, config, say }: Means,
): Promise<Incident> {
  const [status] = [...config.statuses].find(([, state]) => state === target) ?? [];
  if (status === undefined) throw new BackendFailure('unsupported', `No status of the queue means ${target}.`);
  await say(status);
  const { incident } = await afterWrite(() => found(id, tickets));
  // RT accepts the message but keeps the old status where the queue or our rights do not allow the change.
  if (incident.state !== target)
    throw new BackendFailure('rejected', 'Request Tracker did not keep the status; may our account ModifyTicket?');
  return incident;
}

async function escalated(
  id: QueryValue<'ticket'>,
  priority: number,
  { tickets, config, say, setPriority }: Means,
): Promise<Incident> {
  const { low, medium, high } = config.priorities;
  const next = [low, medium, high].find((level) => level > priority);
  // No priority is above high, but the desk should see the escalation.
  if (next !== undefined) await setPriority(next);
  const { incident, ticket } = await afterWrite(async () => {
    await say();
    return found(id, tickets);
  });
  if (next !== undefined && Number(ticket.Priority) < next)
    throw new BackendFailure('rejected', 'Request Tracker did not keep the priority; may our account ModifyTicket?');
  return incident;
}

const isDone = (to: Transition, state: IncidentState) =>
  to === 'reopen' ? OPEN_STATES.has(state) : state === TARGET_STATE[to];

const isAllowed = (to: Transition, state: IncidentState) =>
  // A closed ticket stays closed; the caller opens a new one instead.
  to === 'reopen' ? state === 'resolved' : OPEN_STATES.has(state);

async function found(id: QueryValue<'ticket'>, tickets: Tickets) {
  const ticket = await tickets.byId(id);
  if (!ticket) throw new BackendFailure('not-found', 'The ticket does not exist, or our account may not see it.');
  return ticket;
}
