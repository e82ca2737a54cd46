import {
  type Article,
  type Caller,
  type Changes,
  type Comment,
  type Incident,
  type NewFile,
  type NewIncident,
  type Transition,
} from './incident.js';

/** What a backend supports. A call of anything else throws a `BackendFailure` of kind `unsupported`. */
export interface Capabilities {
  /** Whether incidents are stored at all; `false` only in local mode, which answers with what would be done. */
  keepsIncidents: boolean;
  /** Whether the system knows who may open incidents. Otherwise every address is a caller. */
  knowsCallers: boolean;
  transitions: readonly Transition[];
  files: boolean;
  articles: boolean;
  /**
   * How long an unanswered create may still take effect after the call, in milliseconds. Only after that may it be
   * repeated if the incident is not found.
   */
  createHorizonMs: number;
}

/**
 * A system that stores incidents: the port for all backends. The tests of `backend-contract.fixture.ts` define what each
 * backend must do. Every method throws only `BackendFailure`.
 */
export abstract class IncidentBackend {
  /** The name in `INCIDENT_BACKEND`. */
  abstract readonly name: string;
  abstract readonly capabilities: Capabilities;

  /** The only active person with this address; `undefined` also when several have it or the person is locked out. */
  abstract findCaller(email: string): Promise<Caller | undefined>;

  /**
   * Opens an incident that carries the operation id. It does not look for an earlier one: to repeat a create with an
   * unknown outcome, call `findByOperation` first.
   */
  abstract create(operationId: string, incident: NewIncident): Promise<Incident>;

  /** The incident that `create` opened for this operation; the oldest, if there are several. */
  abstract findByOperation(operationId: string): Promise<Incident | undefined>;

  /** The incident with this number; `undefined` when it does not exist or our account may not see it. */
  abstract get(number: string): Promise<Incident | undefined>;

  /** The incidents of a caller, newest first, at most `limit`. */
  abstract listForCaller(caller: Caller, limit: number): Promise<Incident[]>;

  /** The comments that the caller may read, oldest first; at most the newest fifty. */
  abstract comments(incident: Incident): Promise<Comment[]>;

  /** Adds a text that the caller and the desk can read. */
  abstract comment(incident: Incident, author: Caller, text: string): Promise<void>;

  /** Moves an incident; `note` is the caller's reason. A request for the current state changes nothing. */
  abstract transition(incident: Incident, to: Transition, author: Caller, note: string): Promise<Incident>;

  abstract attach(incident: Incident, author: Caller, file: NewFile): Promise<void>;

  /** Whether a file with this name and size is attached. Called before an uncertain upload is repeated. */
  abstract hasFile(incident: Incident, file: NewFile): Promise<boolean>;

  /** Incidents that this assistant opened and that changed since the cursor; without a cursor, from now on. */
  abstract changesSince(cursor: string | undefined): Promise<Changes>;

  /** Articles of the knowledge base about a text, best first. */
  abstract findArticles(text: string, limit: number): Promise<Article[]>;

  /** Resolves when the system answers and accepts our account. The health page calls this. */
  abstract check(): Promise<void>;
}
