import { type Priority } from '#contracts';

/** Where an incident stands, whatever its system calls it. `other` is a state that we have no word for. */
export type IncidentState = 'new' | 'in-progress' | 'on-hold' | 'resolved' | 'closed' | 'canceled' | 'other';

/** States in which somebody still has to do something. */
export const OPEN_STATES: ReadonlySet<IncidentState> = new Set(['new', 'in-progress', 'on-hold', 'other']);

/** A person as the ticket system knows them. */
export interface Caller {
  /** The system's own key. */
  id: string;
  email: string;
  name?: string;
}

/** An incident as its system has it. All texts come from outside: plain text, never markup. */
export interface Incident {
  /** The system's own key. */
  id: string;
  /** What people call it, e.g. `INC0010008`. */
  number: string;
  title: string;
  description: string;
  state: IncidentState;
  /** The system's word for the state; shown where `state` is `other`. */
  stateLabel: string;
  /** Whom an incident on hold waits for, when the system says so. */
  waitsFor?: 'caller' | 'vendor' | 'change' | 'problem';
  /** As the system computed it, in its own words. */
  priority: string;
  callerId: string;
  openedAt: Date;
  updatedAt: Date;
  /** Set while it is resolved or closed. */
  resolvedAt?: Date;
  /** Differs after every change of the incident, and only then. */
  revision: string;
}

/** What is asked of a system when an incident is opened. */
export interface NewIncident {
  caller: Caller;
  title: string;
  description: string;
  priority: Priority;
}

/** What a caller may read of what was written on an incident. Internal notes are never among it. */
export interface Comment {
  /** The system's own key, or something as unique. */
  id: string;
  text: string;
  writtenAt: Date;
  /** Written through this assistant, by its account. */
  isOurs: boolean;
}

/** What callers may do with the state of an incident of theirs. `escalate` raises its urgency. */
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
  /** Absent when the system has no page that a person could open. */
  url?: string;
}

/** A page of changes. */
export interface Changes {
  /** As they stand now, oldest change first; one that was reported before may come again. */
  incidents: Incident[];
  /** What to pass next time. Opaque; to be kept durably. */
  cursor: string;
  /** Whether the next page can be asked for at once. */
  hasMore: boolean;
}
