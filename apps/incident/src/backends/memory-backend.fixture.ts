import { BackendFailure } from '../ports/backend-failure.js';
import {
  type Article,
  type Caller,
  type Changes,
  type Comment,
  type Incident,
  type NewFile,
  type NewIncident,
  type Transition,
} from '../ports/incident.js';
import { IncidentBackend, type Capabilities } from '../ports/incident-backend.js';

type Call =
  | 'findCaller'
  | 'create'
  | 'findByOperation'
  | 'get'
  | 'listForCaller'
  | 'comment'
  | 'transition'
  | 'attach'
  | 'changesSince';

interface Fault {
  call: Call;
  failure: BackendFailure;
  /** Whether the call is executed before it fails. */
  isDone: boolean;
}

/** A ticket system in memory that fails on demand, for tests of the code in front of the port. */
export class MemoryBackend extends IncidentBackend {
  readonly name = 'memory';
  readonly capabilities: Capabilities = {
    keepsIncidents: true,
    knowsCallers: true,
    transitions: ['resolve', 'cancel', 'reopen', 'escalate'],
    files: true,
    articles: true,
    createHorizonMs: 90_000,
  };
  readonly calls: Call[] = [];
  readonly incidents: Incident[] = [];
  readonly operations = new Map<string, Incident>();
  readonly written = new Map<string, Comment[]>();
  readonly files: NewFile[] = [];
  readonly callers = new Map<string, Caller>();
  private readonly faults: Fault[] = [];
  private changes = 0;

  constructor(...addresses: string[]) {
    super();
    for (const email of addresses)
      this.callers.set(email, { id: `user-${email}`, email, name: email.split('@')[0] ?? '' });
  }

  /** Makes the next call of this kind fail, before or after it is executed. */
  fail(call: Call, failure: BackendFailure, isDone = false): void {
    this.faults.push({ call, failure, isDone });
  }

  findCaller(email: string): Promise<Caller | undefined> {
    return this.called('findCaller', () => this.callers.get(email.toLowerCase()));
  }

  create(operationId: string, { caller, title, description, priority }: NewIncident): Promise<Incident> {
    return this.called('create', () => {
      const number = `INC${String(this.incidents.length + 1).padStart(7, '0')}`;
      const now = new Date();
      const incident: Incident = {
        id: `id-${number}`,
        number,
        title,
        description,
        state: 'new',
        stateLabel: 'New',
        priority,
        callerId: caller.id,
        openedAt: now,
        updatedAt: now,
        revision: String(++this.changes),
      };
      this.incidents.push(incident);
      if (!this.operations.has(operationId)) this.operations.set(operationId, incident);
      return { ...incident };
    });
  }

  findByOperation(operationId: string): Promise<Incident | undefined> {
    return this.called('findByOperation', () => this.operations.get(operationId));
  }

  get(number: string): Promise<Incident | undefined> {
    return this.called('get', () => {
      const found = this.incidents.find((each) => each.number === number);
      return found && { ...found };
    });
  }

  listForCaller(caller: Caller, limit: number): Promise<Incident[]> {
    return this.called('listForCaller', () =>
      this.incidents
        .filter(({ callerId }) => callerId === caller.id)
        .toReversed()
        .slice(0, limit),
    );
  }

  comments({ number }: Incident): Promise<Comment[]> {
    return Promise.resolve(this.written.get(number) ?? []);
  }

  comment(incident: Incident, _author: Caller, text: string): Promise<void> {
    return this.called('comment', () => this.write(incident.number, text, true));
  }

  transition(incident: Incident, to: Transition): Promise<Incident> {
    return this.called('transition', () => {
      const state = (
        { resolve: 'resolved', cancel: 'canceled', reopen: 'in-progress', escalate: incident.state } as const
      )[to];
      return this.change(incident.number, { state, ...(to === 'escalate' && { priority: 'high' }) });
    });
  }

  attach(_incident: Incident, _author: Caller, file: NewFile): Promise<void> {
    return this.called('attach', () => void this.files.push(file));
  }

  hasFile(_incident: Incident, { name, content }: NewFile): Promise<boolean> {
    return Promise.resolve(this.files.some((each) => each.name === name && each.content.length === content.length));
  }

  changesSince(cursor: string | undefined): Promise<Changes> {
    return this.called('changesSince', () => {
      const since = Number(cursor ?? this.changes);
      const incidents = this.incidents.filter(({ revision }) => Number(revision) > since).map((each) => ({ ...each }));
      return { incidents, cursor: String(this.changes), hasMore: false };
    });
  }

  findArticles(): Promise<Article[]> {
    return Promise.resolve([{ title: 'An article', snippet: 'It helps.' }]);
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  /** Changes an incident as an agent at the desk would. */
  change(number: string, changes: Partial<Incident>): Incident {
    const incident = this.incidents.find((each) => each.number === number);
    if (!incident) throw new Error(`there is no ${number}`);
    Object.assign(incident, changes, { revision: String(++this.changes), updatedAt: new Date() });
    return { ...incident };
  }

  write(number: string, text: string, isOurs = false): void {
    const comments = this.written.get(number) ?? [];
    comments.push({ id: `c${comments.length + 1}`, text, writtenAt: new Date(), isOurs });
    this.written.set(number, comments);
    this.change(number, {});
  }

  private called<T>(call: Call, work: () => T): Promise<T> {
    this.calls.push(call);
    const at = this.faults.findIndex((fault) => fault.call === call);
    const [fault] = at < 0 ? [] : this.faults.splice(at, 1);
    try {
      if (fault && !fault.isDone) throw fault.failure;
      const result = work();
      if (fault) throw fault.failure;
      return Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

export const failure = (
  kind: ConstructorParameters<typeof BackendFailure>[0],
  more: ConstructorParameters<typeof BackendFailure>[2] = {},
): BackendFailure => new BackendFailure(kind, `the system is ${kind}`, more);
