import { Injectable } from '@nestjs/common';
import { type Priority } from '#contracts';
import { StoreUnavailableError } from '#store';
import { BackendFailure } from '../../ports/backend-failure.js';
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
import { IncidentBackend, type Capabilities } from '../../ports/incident-backend.js';
import { DeskStore, idOf, numberOf, type DeskChange, type DeskIncident } from './desk.store.js';

const LABELS: Record<DeskIncident['state'], string> = {
  new: 'New',
  'in-progress': 'In progress',
  'on-hold': 'On hold',
  resolved: 'Resolved',
  closed: 'Closed',
  canceled: 'Canceled',
};
const HIGHER: Record<Priority, Priority> = { low: 'medium', medium: 'high', high: 'high' };
const MOST_COMMENTS = 50;
const CHANGES_AT_ONCE = 100;
/** Transactions can commit out of order, so this many of the latest changes are read again. */
const OVERLAP = 20;

/** The built-in desk: stores incidents in the service's own database; people work on them at `/desk`. */
@Injectable()
export class LocalDeskBackend extends IncidentBackend {
  readonly name = 'local-desk';
  readonly capabilities: Capabilities = {
    keepsIncidents: true,
    knowsCallers: false,
    transitions: ['resolve', 'cancel', 'reopen', 'escalate'],
    files: true,
    articles: false,
    createHorizonMs: 0,
  };

  constructor(private readonly desk: DeskStore) {
    super();
  }

  /** Anybody may open incidents here; the address is the caller's key. */
  findCaller(email: string): Promise<Caller> {
    return Promise.resolve({ id: email.trim().toLowerCase(), email: email.trim() });
  }

  create(operationId: string, { caller, title, description, priority }: NewIncident): Promise<Incident> {
    return guarded(async () =>
      shown(await this.desk.open({ operationId, caller: caller.id, title, description, priority })),
    );
  }

  findByOperation(operationId: string): Promise<Incident | undefined> {
    return guarded(async () => ifShown(await this.desk.byOperation(operationId)));
  }

  get(number: string): Promise<Incident | undefined> {
    return guarded(async () => {
      const id = idOf(number);
      return id === undefined ? undefined : ifShown(await this.desk.get(id));
    });
  }

  listForCaller(caller: Caller, limit: number): Promise<Incident[]> {
    return guarded(async () => (await this.desk.ofCaller(caller.id, limit)).map(shown));
  }

  comments(incident: Incident): Promise<Comment[]> {
    return guarded(async () => {
      const comments = (await this.desk.comments(Number(incident.id))).filter(({ isInternal }) => !isInternal);
      return comments
        .slice(-MOST_COMMENTS)
        .map(({ id, text, writtenAt, author }) => ({ id: String(id), text, writtenAt, isOurs: author === 'caller' }));
    });
  }

  comment(incident: Incident, author: Caller, text: string): Promise<void> {
    return guarded(() => this.say(incident, author, text));
  }

  transition(incident: Incident, to: Transition, author: Caller, note: string): Promise<Incident> {
    return guarded(async () => {
      const id = Number(incident.id);
      const now = await this.desk.get(id);
      if (!now) throw new BackendFailure('not-found', `There is no ${incident.number}.`);
      const change = changeFor(to, now);
      if (change.state === now.state) return shown(now);
      if (now.state === 'closed' || now.state === 'canceled')
        throw new BackendFailure('rejected', `${incident.number} is ${now.state} and cannot change any more.`);
      if (note) await this.say(incident, author, note);
      return shown((await this.desk.change(id, change)) ?? now);
    });
  }

  attach(incident: Incident, _author: Caller, { name, type, content }: NewFile): Promise<void> {
    return guarded(() => this.desk.attach(Number(incident.id), { name, mediaType: type, content }));
  }

  hasFile(incident: Incident, { name, content }: NewFile): Promise<boolean> {
    return guarded(async () => {
      const files = await this.desk.files(Number(incident.id));
      return files.some((each) => each.name === name && each.size === content.length);
    });
  }

  changesSince(cursor: string | undefined): Promise<Changes> {
    return guarded(async () => {
      const after = cursor === undefined ? await this.desk.latestChange() : Number(cursor);
      const rows = await this.desk.changedAfter(Math.max(0, after - OVERLAP), CHANGES_AT_ONCE);
      const next = Math.max(after, rows.at(-1)?.change ?? 0);
      return {
        incidents: rows.map(shown),
        cursor: String(next),
        hasMore: rows.length === CHANGES_AT_ONCE && next > after,
      };
    });
  }

  findArticles(): Promise<Article[]> {
    return Promise.reject(new BackendFailure('unsupported', 'The local desk has no knowledge base.'));
  }

  check(): Promise<void> {
    return guarded(async () => void (await this.desk.latestChange()));
  }

  /** Adds the caller's comment. An incident that waited for the caller is in progress again. */
  private async say(incident: Incident, { name, email }: Caller, text: string): Promise<void> {
    const id = Number(incident.id);
    await this.desk.comment(id, { author: 'caller', name: name ?? email, text, isInternal: false });
    const now = await this.desk.get(id);
    if (now?.state === 'on-hold' && now.waitsFor === 'caller')
      await this.desk.change(id, { state: 'in-progress', waitsFor: null });
  }
}

function changeFor(to: Transition, { priority, resolvedAt }: DeskIncident): DeskChange {
  switch (to) {
    case 'resolve':
      return { state: 'resolved', waitsFor: null, resolvedAt: resolvedAt ?? new Date() };
    case 'cancel':
      return { state: 'canceled', waitsFor: null };
    case 'reopen':
      return { state: 'in-progress', waitsFor: null, resolvedAt: null };
    case 'escalate':
      return { priority: HIGHER[priority] };
  }
}

const ifShown = (row: DeskIncident | undefined): Incident | undefined => row && shown(row);

function shown(row: DeskIncident): Incident {
  const { id, title, description, state, waitsFor, priority, caller, openedAt, updatedAt, resolvedAt, change } = row;
  return {
    id: String(id),
    number: numberOf(id),
    title,
    description,
    state,
    stateLabel: LABELS[state],
    ...(waitsFor && state === 'on-hold' && { waitsFor }),
    priority,
    callerId: caller,
    openedAt,
    updatedAt,
    ...(resolvedAt && { resolvedAt }),
    revision: String(change),
  };
}

/** Only the database can be unavailable here, and in that case nothing was done. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnavailableError)
      throw new BackendFailure('unavailable', error.message, { cause: error });
    throw error;
  }
}
