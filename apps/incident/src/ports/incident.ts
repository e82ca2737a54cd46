import { type Priority } from '#contracts';

/** The state of an incident, independent of the system's own name for it. `other` is a state without a match here. */
export type IncidentState = 'new' | 'in-progress' | 'on-hold' | 'resolved' | 'closed' | 'canceled' | 'other';

/** States in which the incident still needs work. */
export const OPEN_STATES: ReadonlySet<IncidentState> = new Set(['new', 'in-progress', 'on-hold', 'other']);

/** A person in the ticket system. */
export interface Caller {
  /** The system's own key. */
  id: string;
  email: string;
  name?: string;
}

/** An incident in its system. All texts come from outside: plain text, never markup. */
export interface Incident {
  /** The system's own key. */
  id: string;
  /** The number that people see, e.g. `INC0010008`. */
  number: string;
  title: string;
  description: string;
  state: IncidentState;
  /** The system's name for the state; shown when `state` is `other`. */
  stateLabel: string;
  /** Who an incident on hold waits for, if the system says so. */
  waitsFor?: 'caller' | 'vendor' | 'change' | 'problem';
  /** The priority that the system computed, as it displays it. */
  priority: string;
  callerId: string;
  openedAt: Date;
  updatedAt: Date;
  /** Set while the incident is resolved or closed. */
  resolvedAt?: Date;
  /** Changes with every change of the incident, and only then. */
  revision: string;
}

/** The data for opening an incident. */
export interface NewIncident {
  caller: Caller;
  title: string;
  description: string;
  priority: Priority;
}

/** A comment that the caller may read. Internal notes are never included. */
export interface Comment {
  /** The system's own key, or another unique value. */
  id: string;
  text: string;
  writtenAt: Date;
  /** Whether our account wrote it, through this assistant. */
  isOurs: boolean;
}

/** What callers may do to the state of their incident. `escalate` raises its urgency. */
export type Transition = 'resolve' | 'cancel' | 'reopen' | 'escalate';

export interface NewFile {
  name: string;
  /** Media type. */
  type: string;
  content: Buffer;
}

export interface Article {
  title: string;
  /** One or two sentences, plain text. */
  snippet: string;
  /** Absent when the system has no page for people. */
  url?: string;
}

/** A page of changes. */
export interface Changes {
  /** The changed incidents in their current state, oldest change first. An earlier one may be repeated. */
  incidents: Incident[];
  /** The cursor for the next call. Opaque; store it durably. */
  cursor: string;
  /** Whether the next page is available now. */
  hasMore: boolean;
}
