import { type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Logger } from '#service';
import { BackendFailure } from '../../ports/backend-failure.js';
import { type Capabilities, IncidentBackend } from '../../ports/incident-backend.js';
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
import { articlesAbout } from './incidents/articles.js';
import { attach, isAttached } from './incidents/attachments.js';
import { Callers } from './incidents/callers.js';
import { ChangeFeed } from './incidents/changes.js';
import { commentsOn } from './incidents/comments.js';
import { correlationIdOf } from './tables/correlation-id.js';
import { INCIDENT_COLUMNS, readIncident } from './incidents/incident-row.js';
import { fitted } from '../signed-text.js';
import { journalText, MAX_TEXT, MAX_TITLE } from './incidents/plain-text.js';
import { is } from './tables/query.js';
import { incidentNumber, sysId, word, type QueryValue } from './tables/query-value.js';
import { valueIn, type Row } from './tables/row.js';
import { selfTest } from './incidents/self-test.js';
import { PROBE, ServiceNowClient, type ClientOptions } from './client/servicenow.client.js';
import { type ServiceNowConfig } from './client/servicenow.config.js';
import { TableApi, written } from './tables/table-api.js';
import { moved } from './incidents/transitions.js';

/** Largest list of a caller's incidents. */
const MAX_LISTED = 50;
/** A transaction can run for 60 seconds, after waiting in a queue and before a replica shows it. */
const CREATE_HORIZON_MS = 90_000;

/** Stores incidents in ServiceNow. Callers see no text of the server except what they may read on their incidents. */
export class ServiceNowBackend extends IncidentBackend implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly name = 'servicenow';
  readonly capabilities: Capabilities;
  /** The client of this backend, for tests and measurements. */
  readonly client: ServiceNowClient;
  private readonly tables: TableApi;
  private readonly callers: Callers;
  private readonly changes: ChangeFeed;
  private readonly logger: Logger;

  constructor(
    private readonly config: ServiceNowConfig,
    surroundings: ClientOptions,
  ) {
    super();
    this.capabilities = {
      keepsIncidents: true,
      knowsCallers: true,
      transitions: ['resolve', 'cancel', 'reopen', 'escalate'],
      files: true,
      articles: config.articles,
      createHorizonMs: CREATE_HORIZON_MS,
    };
    this.logger = surroundings.logger;
    this.client = new ServiceNowClient(config, surroundings);
    this.tables = new TableApi(this.client, surroundings.logger);
    this.callers = new Callers(this.tables, surroundings.now ?? Date.now);
    this.changes = new ChangeFeed(this.tables, known(word(config.correlationDisplay)));
  }

  findCaller(email: string): Promise<Caller | undefined> {
    return this.callers.find(email);
  }

  async create(operationId: string, { caller, title, description, priority }: NewIncident): Promise<Incident> {
    const { contactType, correlationDisplay, priorities } = this.config;
    const sent = {
      caller_id: keyOf(caller.id),
      short_description: fitted(title, MAX_TITLE).replace(/\s+/g, ' '),
      description: fitted(description, MAX_TEXT),
      ...priorities[priority],
      contact_type: contactType,
      correlation_id: correlationIdOf(operationId),
      correlation_display: correlationDisplay,
    };
    const columns = [...INCIDENT_COLUMNS, 'correlation_id', 'correlation_display'];
    const row = await this.tables.insert('incident', sent, columns, sent.correlation_id);
    this.warnOfDropped(row, sent);
    return written(() => readIncident(row));
  }

  async findByOperation(operationId: string): Promise<Incident | undefined> {
    const mark = correlationIdOf(operationId);
    const { rows } = await this.tables.list('incident', {
      query: {
        anyOf: [[is('correlation_id', mark)]],
        order: [{ by: 'sys_created_on' }, { by: 'number' }],
      },
      columns: [...INCIDENT_COLUMNS, 'correlation_id'],
      limit: 3,
      opId: mark,
    });
    const [oldest, ...others] = rows.map(readIncident);
    if (others.length > 0)
      this.logger.error(
        { opId: mark, numbers: [oldest?.number, ...others.map(({ number }) => number)] },
        'ServiceNow holds several incidents of one operation; the oldest is used.',
      );
    return oldest;
  }

  async get(number: string): Promise<Incident | undefined> {
    const asked = incidentNumber(number.trim(), this.config.numberPrefixes);
    if (asked === undefined) return undefined;
    const { rows } = await this.tables.list('incident', {
      query: { anyOf: [[is('number', asked)]], order: [{ by: 'sys_created_on' }] },
      columns: INCIDENT_COLUMNS,
      limit: 2,
    });
    if (rows.length > 1)
      throw new BackendFailure('unexpected', 'Two incidents in ServiceNow have the same number; neither can be used.');
    return rows[0] && readIncident(rows[0]);
  }

  async listForCaller(caller: Caller, limit: number): Promise<Incident[]> {
    const { rows } = await this.tables.list('incident', {
      query: {
        anyOf: [[is('caller_id', keyOf(caller.id))]],
        order: [
          { by: 'opened_at', descending: true },
          { by: 'number', descending: true },
        ],
      },
      columns: INCIDENT_COLUMNS,
      limit: Math.min(Math.max(limit, 1), MAX_LISTED),
    });
    return rows.map(readIncident);
  }

  comments(incident: Incident): Promise<Comment[]> {
    return commentsOn(keyOf(incident.id), this.tables, this.config.account);
  }

  async comment(incident: Incident, author: Caller, text: string): Promise<void> {
    const comments = journalText(author.name ?? author.email, text);
    const row = await this.tables.update('incident', keyOf(incident.id), { comments }, [
      'sys_id',
      'sys_mod_count',
      'comments',
    ]);
    // A comment that our account may not write is dropped in silence: no change is counted and no comment appears.
    const isKept = row.get('comments')?.display.includes(comments.slice(0, 80).trim());
    if (isKept === false && valueIn(row, 'sys_mod_count') === incident.revision)
      throw new BackendFailure('rejected', 'ServiceNow did not keep a comment; may our account write comments?');
  }

  transition(incident: Incident, to: Transition, author: Caller, note: string): Promise<Incident> {
    const said = journalText(author.name ?? author.email, note);
    return moved(keyOf(incident.id), to, said, { tables: this.tables, closeCode: this.config.closeCode });
  }

  attach(incident: Incident, _author: Caller, file: NewFile): Promise<void> {
    return attach(this.client, keyOf(incident.id), file);
  }

  hasFile(incident: Incident, file: NewFile): Promise<boolean> {
    return isAttached(this.client, keyOf(incident.id), file);
  }

  changesSince(cursor: string | undefined): Promise<Changes> {
    return this.changes.since(cursor);
  }

  async findArticles(text: string, limit: number): Promise<Article[]> {
    if (!this.config.articles)
      throw new BackendFailure('unsupported', 'Searching the knowledge base of ServiceNow is switched off.');
    return articlesAbout(text, limit, { client: this.client, ...this.config });
  }

  async check(): Promise<void> {
    await this.client.call(PROBE);
  }

  /** Logs problems of the instance for operators. The service starts even if it is unavailable: requests are recorded. */
  onApplicationBootstrap(): void {
    this.selfTest().then(
      (troubles) => troubles.forEach((trouble) => this.logger.warn(trouble)),
      (error: unknown) =>
        this.logger.warn({ reason: (error as Error).message }, 'ServiceNow could not be checked at the start.'),
    );
  }

  onApplicationShutdown(): void {
    this.client.close();
  }

  /** Problems with the instance or with our rights there, as sentences. @throws BackendFailure */
  selfTest(): Promise<string[]> {
    return selfTest(this.tables, this.config);
  }

  /** Warns operators of dropped columns. The incident exists anyway, so the create does not fail. */
  private warnOfDropped(row: Row, sent: Readonly<Record<string, string>>): void {
    const dropped = ['caller_id', 'correlation_id', 'correlation_display'].filter(
      (column) => valueIn(row, column) !== sent[column],
    );
    if (dropped.length > 0)
      this.logger.error(
        { opId: sent['correlation_id'], dropped },
        'ServiceNow opened an incident without columns that were sent.',
      );
  }
}

const keyOf = (id: string): QueryValue<'sys-id'> => {
  const key = sysId(id);
  if (key === undefined) throw new BackendFailure('not-found', 'This is not the key of a ServiceNow record.');
  return key;
};

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new BackendFailure('bad-request', 'A ServiceNow setting cannot be used in a query.');
  return value;
}
