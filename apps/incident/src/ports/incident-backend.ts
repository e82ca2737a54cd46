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

/** What a backend can do. Whatever is denied here throws a `BackendFailure` of kind `unsupported` when called. */
export interface Capabilities {
  /** Whether incidents are kept at all; `false` only in local mode, which answers with what would be done. */
  keepsIncidents: boolean;
  /** Whether it knows who may open incidents; otherwise every address is a caller. */
  knowsCallers: boolean;
  transitions: readonly Transition[];
  files: boolean;
  articles: boolean;
  /**
   * How long after it was asked a create without an answer may still come true, in milliseconds. Only after that may
   * it be asked again when it cannot be found.
   */
  createHorizonMs: number;
}

/**
 * A system that keeps incidents: the port that every backend stands behind. `backend-contract.fixture.ts` says as tests
 * what each must keep to. Every method may throw a `BackendFailure` and nothing else.
 */
export abstract class IncidentBackend {
  /** As `INCIDENT_BACKEND` names it. */
  abstract readonly name: string;
  abstract readonly capabilities: Capabilities;

  /** The one active person with this address; `undefined` also when there are several or it is locked. */
  abstract findCaller(email: string): Promise<Caller | undefined>;

  /**
   * Opens an incident that carries the operation id. It does not look for an earlier one: whoever repeats a create
   * whose outcome is unknown calls `findByOperation` first.
   */
  abstract create(operationId: string, incident: NewIncident): Promise<Incident>;

  /** The incident that `create` opened for this operation; the oldest, should there be several. */
  abstract findByOperation(operationId: string): Promise<Incident | undefined>;

  /** By number; `undefined` when there is none or our account may not see it. */
  abstract get(number: string): Promise<Incident | undefined>;

  /** The incidents of a caller, newest first, at most `limit`. */
  abstract listForCaller(caller: Caller, limit: number): Promise<Incident[]>;

  /** What the caller may read on it, oldest first; at most the newest fifty. */
  abstract comments(incident: Incident): Promise<Comment[]>;

  /** Adds a text that the caller and the desk can read. */
  abstract comment(incident: Incident, author: Caller, text: string): Promise<void>;

  /** Moves an incident; `note` says why, in the caller's words. Asking for the state that it has changes nothing. */
  abstract transition(incident: Incident, to: Transition, author: Caller, note: string): Promise<Incident>;

  abstract attach(incident: Incident, author: Caller, file: NewFile): Promise<void>;

  /** Whether a file of this name and size is attached: asked before an upload in doubt is sent again. */
  abstract hasFile(incident: Incident, file: NewFile): Promise<boolean>;

  /** Incidents that this assistant opened and that changed since the cursor; without one, from now on. */
  abstract changesSince(cursor: string | undefined): Promise<Changes>;

  /** Articles of the knowledge base about a text, best first. */
  abstract findArticles(text: string, limit: number): Promise<Article[]>;

  /** Resolves when the system answers and knows our account: what the health page asks. */
  abstract check(): Promise<void>;
}
