import { type Incident, type IncidentState } from '../../../ports/incident.js';
import { BackendFailure } from '../../../ports/backend-failure.js';
import { type History } from './history.js';
import { columnsOf, momentIn, readPage, Ticket } from './records.js';
import { type RequestTrackerConfig } from '../client/request-tracker.config.js';
import { type RestClient } from '../client/rest.client.js';
import { isOneOf, ticketId, type Query, type QueryValue } from '../client/ticket-query.js';

/** Sort order and page of a search. */
export interface Order {
  by: readonly ('id' | 'Created' | 'LastUpdated')[];
  order: 'ASC' | 'DESC';
  limit: number;
  /** Page number, from 1. */
  page?: number;
}

/** Reads RT's tickets and maps them to incidents. */
export class Tickets {
  constructor(
    private readonly client: RestClient,
    private readonly history: History,
    private readonly config: RequestTrackerConfig,
  ) {}

  async search(query: Query, { by, order, limit, page = 1 }: Order): Promise<{ rows: Ticket[]; isLast: boolean }> {
    return readPage(
      Ticket,
      await this.client.read('tickets', {
        query,
        fields: columnsOf(Ticket),
        orderby: by,
        order: by.map(() => order),
        per_page: String(limit),
        page: String(page),
      }),
    );
  }

  /** The current state of a ticket; `undefined` when it does not exist, was deleted, or is hidden from our account. */
  async byId(id: QueryValue<'ticket'>): Promise<{ incident: Incident; ticket: Ticket } | undefined> {
    const [{ rows }, newest, descriptions] = await Promise.all([
      this.search(isOneOf([id]), { by: ['id'], order: 'ASC', limit: 1 }),
      this.history.newest([id]),
      this.history.descriptions([id]),
    ]);
    const [ticket] = rows;
    if (!ticket) return undefined;
    if (String(ticket.id) !== id)
      throw new BackendFailure('unexpected', 'Request Tracker answered with another ticket than was asked for.');
    return { incident: this.incidentOf(ticket, newest, descriptions), ticket };
  }

  /** The found tickets as incidents, in the same order. */
  async shown(tickets: readonly Ticket[], callerId?: string): Promise<Incident[]> {
    if (tickets.length === 0) return [];
    const ids = tickets.map(({ id }) => idIn(id));
    const [newest, descriptions] = await Promise.all([this.history.newest(ids), this.history.descriptions(ids)]);
    return tickets.map((ticket) => this.incidentOf(ticket, newest, descriptions, callerId));
  }

  /** The incident state that a status of the queue means. */
  stateOf(status: string): IncidentState {
    return this.config.statuses.get(status.toLowerCase()) ?? 'other';
  }

  private incidentOf(
    ticket: Ticket,
    newest: ReadonlyMap<string, string>,
    descriptions: ReadonlyMap<string, string>,
    callerId?: string,
  ): Incident {
    const id = idIn(ticket.id);
    const revision = newest.get(id);
    if (revision === undefined)
      throw new BackendFailure('unexpected', 'Request Tracker answered with a ticket without history.');
    const requestors = ticket.Requestor.map((user) => String(user.id));
    const state = this.stateOf(ticket.Status);
    const isOver = state === 'resolved' || state === 'closed';
    return {
      id,
      number: numberOf(id),
      title: ticket.Subject,
      description: descriptions.get(id) ?? '',
      state,
      stateLabel: ticket.Status.charAt(0).toUpperCase() + ticket.Status.slice(1),
      priority: this.priorityOf(Number(ticket.Priority)),
      // A ticket can have several requestors; a caller who lists their own tickets is one of them.
      callerId: (callerId !== undefined && requestors.includes(callerId) ? callerId : requestors[0]) ?? '',
      openedAt: momentIn(ticket.Created),
      updatedAt: momentIn(ticket.LastUpdated),
      ...(isOver && { resolvedAt: momentIn(ticket.Resolved) }),
      revision,
    };
  }

  private priorityOf(number: number): string {
    const { high, medium } = this.config.priorities;
    return number >= high ? 'High' : number >= medium ? 'Medium' : 'Low';
  }
}

/** The number that people see. */
export const numberOf = (id: string): string => `RT-${id}`;

/** The ticket that somebody means by `RT-12`, `RT12`, `#12` or `12`. */
export const idOf = (number: string): QueryValue<'ticket'> | undefined =>
  ticketId(/^(?:RT-?|#)?(\d{1,10})$/i.exec(number.trim())?.[1] ?? '');

function idIn(id: string | number): QueryValue<'ticket'> {
  const known = ticketId(String(id));
  if (known === undefined) throw new BackendFailure('unexpected', 'Request Tracker answered with an invalid id.');
  return known;
}
