import { type HttpService } from '@nestjs/axios';
import { type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Logger } from '#service';
import { BackendFailure } from '../../ports/backend-failure.js';
import { IncidentBackend, type Capabilities } from '../../ports/incident-backend.js';
import {
  type Article,
  type Caller,
  type Changes,
  type Comment,
  type Incident,
  type NewFile,
  type NewIncident,
  type Transition,
} from '../../ports/incident.js';
import { afterWrite } from './tickets/after-write.js';
import { isSame, messageWithFile } from './tickets/attachments.js';
import { callerBy } from './tickets/callers.js';
import { ChangeFeed } from './tickets/changes.js';
import { History } from './tickets/history.js';
import { fitted } from '../signed-text.js';
import { MAX_TEXT, MAX_TITLE, signed } from './tickets/plain-text.js';
import { columnsOf, Created, Queue, read, readPage, StoredFile, type Ticket, User } from './tickets/records.js';
import { type RequestTrackerConfig } from './client/request-tracker.config.js';
import { RestClient } from './client/rest.client.js';
import {
  isOfOperation,
  isRequestedBy,
  operationMark,
  ticketId,
  userName,
  type QueryValue,
} from './client/ticket-query.js';
import { idOf, Tickets } from './tickets/tickets.js';
import { moved } from './tickets/transitions.js';

/** Largest list of a caller's incidents. */
const MAX_LISTED = 50;
/** A request can wait in front of RT, and keep running for a while after we gave up on it. */
const CREATE_HORIZON_MS = 90_000;

/** Stores incidents as tickets in Request Tracker 5, over its REST 2.0 interface. */
export class RequestTrackerBackend extends IncidentBackend implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly name = 'request-tracker';
  readonly capabilities: Capabilities = {
    keepsIncidents: true,
    knowsCallers: true,
    transitions: ['resolve', 'cancel', 'reopen', 'escalate'],
    files: true,
    articles: false,
    createHorizonMs: CREATE_HORIZON_MS,
  };
  private readonly client: RestClient;
  private readonly history: History;
  private readonly tickets: Tickets;
  private readonly changes: ChangeFeed;
  private readonly logger: Logger;
  private account: string | undefined;

  constructor(
    private readonly config: RequestTrackerConfig,
    { http, logger }: { http: HttpService; logger: Logger },
  ) {
    super();
    this.logger = logger;
    this.client = new RestClient(http, config);
    this.history = new History(this.client);
    this.tickets = new Tickets(this.client, this.history, config);
    this.changes = new ChangeFeed(this.tickets, config.operationField);
  }

  findCaller(email: string): Promise<Caller | undefined> {
    return callerBy(email, this.client);
  }

  async create(operationId: string, { caller, title, description, priority }: NewIncident): Promise<Incident> {
    const { queue, operationField, priorities } = this.config;
    const mark = operationMark(operationId);
    const answer = await this.client.write('POST', 'ticket', {
      Queue: queue,
      Subject: fitted(title, MAX_TITLE).replace(/\s+/g, ' '),
      Requestor: [caller.email],
      Content: fitted(description, MAX_TEXT),
      ContentType: 'text/plain',
      Priority: priorities[priority],
      CustomFields: { [operationField]: mark },
    });
    // The ticket exists from here on, so every failure must say that it may have happened.
    return afterWrite(async () => {
      const found = await this.tickets.byId(keyOf(String(read(Created, answer).id)));
      if (!found) throw new BackendFailure('unexpected', 'Request Tracker does not show the ticket that it opened.');
      this.warnOfDropped(found.ticket, mark, found.incident.callerId === caller.id);
      return found.incident;
    });
  }

  async findByOperation(operationId: string): Promise<Incident | undefined> {
    const query = isOfOperation(this.config.operationField, operationMark(operationId));
    const { rows } = await this.tickets.search(query, { by: ['id'], order: 'ASC', limit: 3 });
    const [oldest, ...others] = await this.tickets.shown(rows);
    if (others.length > 0)
      this.logger.error(
        { numbers: [oldest?.number, ...others.map(({ number }) => number)] },
        'Request Tracker holds several tickets of one operation; the oldest is used.',
      );
    return oldest;
  }

  async get(number: string): Promise<Incident | undefined> {
    const id = idOf(number);
    return id === undefined ? undefined : (await this.tickets.byId(id))?.incident;
  }

  async listForCaller(caller: Caller, limit: number): Promise<Incident[]> {
    const name = userName(caller.id);
    if (name === undefined) throw new BackendFailure('not-found', 'This is not the name of a Request Tracker user.');
    const { rows } = await this.tickets.search(isRequestedBy(name), {
      by: ['Created', 'id'],
      order: 'DESC',
      limit: Math.min(Math.max(limit, 1), MAX_LISTED),
    });
    return this.tickets.shown(rows, caller.id);
  }

  async comments(incident: Incident): Promise<Comment[]> {
    const account = await this.accountName();
    return this.history.correspondence(keyOf(incident.id), (user) => account === undefined || user === account);
  }

  async comment(incident: Incident, author: Caller, text: string): Promise<void> {
    await this.correspond(incident.id, { Content: signed(nameOf(author), text), ContentType: 'text/plain' });
  }

  transition(incident: Incident, to: Transition, author: Caller, note: string): Promise<Incident> {
    return moved(keyOf(incident.id), to, {
      tickets: this.tickets,
      config: this.config,
      say: (status) =>
        this.correspond(incident.id, {
          Content: signed(nameOf(author), note || to),
          ContentType: 'text/plain',
          ...(status !== undefined && { Status: status }),
        }),
      setPriority: (priority) => this.client.write('PUT', `ticket/${keyOf(incident.id)}`, { Priority: priority }),
    });
  }

  async attach(incident: Incident, _author: Caller, file: NewFile): Promise<void> {
    await this.correspond(incident.id, messageWithFile(file));
  }

  async hasFile(incident: Incident, file: NewFile): Promise<boolean> {
    const page = await this.client.read(`ticket/${keyOf(incident.id)}/attachments`, {
      fields: columnsOf(StoredFile),
      orderby: 'id',
      order: 'DESC',
      per_page: '100',
    });
    return readPage(StoredFile, page).rows.some((stored) => isSame(file, stored));
  }

  changesSince(cursor: string | undefined): Promise<Changes> {
    return this.changes.since(cursor);
  }

  findArticles(): Promise<Article[]> {
    return Promise.reject(new BackendFailure('unsupported', 'Articles of Request Tracker are not searched.'));
  }

  async check(): Promise<void> {
    await this.queue();
  }

  /** Logs configuration problems for operators. The service starts even if RT is unavailable: requests are recorded. */
  onApplicationBootstrap(): void {
    this.troubles().then(
      (troubles) => troubles.forEach((trouble) => this.logger.warn(trouble)),
      (error: unknown) =>
        this.logger.warn({ reason: (error as Error).message }, 'Request Tracker could not be checked at the start.'),
    );
  }

  onApplicationShutdown(): void {
    this.client.close();
  }

  /** What is missing for our account in Request Tracker, as sentences. @throws BackendFailure */
  async troubles(): Promise<string[]> {
    const { TicketCustomFields: fields = [], _hyperlinks: links } = await this.queue();
    const troubles: string[] = [];
    if (!links.some(({ ref, type }) => ref === 'create' && type === 'ticket'))
      troubles.push('Our account may not open tickets in the queue of RT_QUEUE: it needs CreateTicket.');
    if (!fields.some(({ name }) => name === this.config.operationField))
      troubles.push(
        'The queue of RT_QUEUE has no custom field RT_OPERATION_FIELD that our account may see: a repeated request ' +
          'could open a second ticket. Apply the field to the queue and grant SeeCustomField and ModifyCustomField.',
      );
    return troubles;
  }

  private async queue() {
    return read(Queue, await this.client.read(`queue/${encodeURIComponent(this.config.queue)}`));
  }

  private async correspond(id: string, message: object): Promise<unknown> {
    return this.client.write('POST', `ticket/${keyOf(id)}/correspond`, message);
  }

  /** Looks up the account name, because a token contains only the account's number. */
  private async accountName(): Promise<string | undefined> {
    const { account } = this.config;
    if (account === undefined || !/^\d+$/.test(account)) return account;
    this.account ??= read(User, await this.client.read(`user/${account}`)).Name;
    return this.account;
  }

  /** Warns operators of dropped fields. The ticket exists anyway, so the create does not fail. */
  private warnOfDropped({ id, CustomFields }: Ticket, mark: string, isTheirs: boolean): void {
    const isMarked =
      Array.isArray(CustomFields) &&
      CustomFields.some(({ name, values }) => name === this.config.operationField && values.includes(mark));
    if (!isMarked)
      this.logger.error({ ticket: id }, 'Request Tracker opened a ticket without the field RT_OPERATION_FIELD.');
    if (!isTheirs) this.logger.error({ ticket: id }, 'Request Tracker opened a ticket for another requestor.');
  }
}

const nameOf = ({ name, email }: Caller) => name ?? email;

function keyOf(id: string): QueryValue<'ticket'> {
  const key = ticketId(id);
  if (key === undefined) throw new BackendFailure('not-found', 'This is not the id of a ticket.');
  return key;
}
