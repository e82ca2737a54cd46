import { type IncidentAction, type IncidentChange, type IncidentOpen, type Priority, type ReplyOf } from '#contracts';

/**
 * The state of an operation. A `pending` operation is retried until it succeeds. A `parked` operation failed and waits
 * for an operator, who may retry it.
 */
export type OperationState = 'pending' | 'done' | 'refused' | 'parked';

interface Asked {
  email: string;
  /** Receives the outcome and notifications; absent for a client of the HTTP API. */
  conversationId?: string;
}

export type OpenRequest = Asked & { kind: 'open'; title: string; description: string; priority: Priority };
export type ChangeRequest = Asked & { kind: 'change'; number: string; action: IncidentAction };

/** An order to the ticket system. Permission was checked before it was recorded. */
export type OperationRequest = OpenRequest | ChangeRequest;

type Settled<Outcome> = Exclude<Outcome, { kind: 'recorded' } | { kind: 'would-open' }>;

/** The outcome of an operation; it never changes. */
export type OperationOutcome = Settled<ReplyOf<typeof IncidentOpen>> | Settled<ReplyOf<typeof IncidentChange>>;

/** An operation that this process executes. */
export interface Operation {
  id: string;
  request: OperationRequest;
  /** From 1, including this attempt. */
  attempts: number;
  recordedAt: Date;
  /** Since when an earlier attempt may have succeeded unnoticed. */
  maybeSince: Date | undefined;
}
