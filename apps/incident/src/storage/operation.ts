import { type IncidentAction, type IncidentChange, type IncidentOpen, type Priority, type ReplyOf } from '#contracts';

/**
 * What becomes of an operation. `pending` is tried until it succeeds; `parked` was put aside after it could not be done
 * and waits for an operator, who may have it tried again.
 */
export type OperationState = 'pending' | 'done' | 'refused' | 'parked';

interface Asked {
  email: string;
  /** Where its outcome and notifications go; absent for a caller of the HTTP API. */
  conversationId?: string;
}

export type OpenRequest = Asked & { kind: 'open'; title: string; description: string; priority: Priority };
export type ChangeRequest = Asked & { kind: 'change'; number: string; action: IncidentAction };

/** An order to the ticket system. Whether this person may give it was decided before it was recorded. */
export type OperationRequest = OpenRequest | ChangeRequest;

type Settled<Outcome> = Exclude<Outcome, { kind: 'recorded' } | { kind: 'would-open' }>;

/** What came of an operation, for ever. */
export type OperationOutcome = Settled<ReplyOf<typeof IncidentOpen>> | Settled<ReplyOf<typeof IncidentChange>>;

/** An operation that this process works on. */
export interface Operation {
  id: string;
  request: OperationRequest;
  /** From 1; this attempt included. */
  attempts: number;
  recordedAt: Date;
  /** Since when an earlier attempt may have succeeded without our knowing. */
  maybeSince: Date | undefined;
}
