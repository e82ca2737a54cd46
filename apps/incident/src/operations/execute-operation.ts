import { type RefusalReason } from '#contracts';
import { BackendFailure, type FailureKind } from '../ports/backend-failure.js';
import { type Incident } from '../ports/incident.js';
import { type IncidentBackend } from '../ports/incident-backend.js';
import { stateInWords } from '../ports/state-in-words.js';
import { TARGET_STATE } from '../ports/transition-target.js';
import { type ChangeRequest, type OpenRequest, type Operation, type OperationOutcome } from '../storage/operation.js';

/**
 * The result of one attempt at an operation. `incident` is its resulting incident, if any; `isMoved` says whether the
 * operation caused its state.
 */
export type Attempt =
  | { kind: 'settled'; outcome: OperationOutcome; incident?: Incident; isMoved: boolean }
  /** It may have happened and cannot be found yet; too early to do it again. */
  | { kind: 'unclear'; since: Date };

/** What an execution needs in addition to the operation and the ticket system. */
export interface ExecutionContext {
  now: () => Date;
  /** The file with this id that a person sent; undefined when it is deleted. */
  keptFile(id: string): Promise<{ name: string; type: string; content: Buffer } | undefined>;
  /** Whether a caller may do this to the incident in its current state. */
  mayDo(action: ChangeRequest['action'], incident: Incident): boolean;
  /** Called before the state of an incident changes, so that the requester is not notified of that change. */
  expecting(incident: Incident, action: ChangeRequest['action']): Promise<void>;
}

/**
 * Makes one attempt at an operation. If an earlier attempt may have succeeded, it checks that instead of repeating it.
 * @throws BackendFailure
 */
export function executeOperation(
  operation: Operation,
  backend: IncidentBackend,
  context: ExecutionContext,
): Promise<Attempt> {
  const { request } = operation;
  return request.kind === 'open'
    ? open(operation, request, backend, context)
    : change(operation, request, backend, context);
}

async function open(
  { id, maybeSince }: Operation,
  { email, title, description, priority }: OpenRequest,
  backend: IncidentBackend,
  { now }: ExecutionContext,
): Promise<Attempt> {
  if (maybeSince) {
    const found = await lookedUp(() => backend.findByOperation(id));
    if (found) return opened(found);
    const { createHorizonMs } = backend.capabilities;
    if (now().getTime() - maybeSince.getTime() < createHorizonMs) return { kind: 'unclear', since: maybeSince };
  }
  const caller = await certainly(() => backend.findCaller(email));
  if (!caller) return refused('unknown-caller');
  return opened(await backend.create(id, { caller, title, description, priority }));
}

const opened = (incident: Incident): Attempt => ({
  kind: 'settled',
  incident,
  isMoved: true,
  outcome: { kind: 'opened', number: incident.number, priority: incident.priority },
});

async function change(
  { maybeSince }: Operation,
  { email, number, action }: ChangeRequest,
  backend: IncidentBackend,
  context: ExecutionContext,
): Promise<Attempt> {
  const { caller, incident } = await certainly(async () => ({
    caller: await backend.findCaller(email),
    incident: await backend.get(number),
  }));
  // An incident of somebody else is treated as missing.
  if (!caller || incident?.callerId !== caller.id) return refused('not-found');
  if (maybeSince && (await lookedUp(() => wasDone(action, maybeSince, incident, backend, context))))
    return changed(incident, action.kind === 'move' && action.to !== 'escalate');
  if (!context.mayDo(action, incident)) return refused('not-allowed', incident);
  switch (action.kind) {
    case 'comment':
      await backend.comment(incident, caller, action.text);
      break;
    case 'move': {
      await context.expecting(incident, action);
      const after = await backend.transition(incident, action.to, caller, action.note);
      return changed(after, after.state !== incident.state);
    }
    case 'attach': {
      const file = await context.keptFile(action.fileId);
      if (!file) return refused('not-found', incident);
      await backend.attach(incident, caller, file);
    }
  }
  const after = (await backend.get(number)) ?? incident;
  return changed(after, after.state !== incident.state);
}

/** Tolerance for clock differences. */
const CLOCK_TOLERANCE_MS = 10_000;

/** Whether a change that may have happened since then did happen. */
async function wasDone(
  action: ChangeRequest['action'],
  since: Date,
  incident: Incident,
  backend: IncidentBackend,
  context: ExecutionContext,
): Promise<boolean> {
  if (action.kind === 'attach') {
    const file = await context.keptFile(action.fileId);
    return file !== undefined && (await backend.hasFile(incident, file));
  }
  if (action.kind === 'move' && action.to !== 'escalate') return incident.state === TARGET_STATE[action.to];
  const text = squeezed(action.kind === 'comment' ? action.text : action.note);
  const comments = await backend.comments(incident);
  return comments.some(
    (comment) =>
      comment.isOurs &&
      comment.writtenAt.getTime() >= since.getTime() - CLOCK_TOLERANCE_MS &&
      squeezed(comment.text).includes(text),
  );
}

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();

const changed = (incident: Incident, isMoved: boolean): Attempt => ({
  kind: 'settled',
  incident,
  isMoved,
  outcome: { kind: 'changed', number: incident.number, state: stateInWords(incident) },
});

const refused = (reason: RefusalReason, incident?: Incident): Attempt => ({
  kind: 'settled',
  isMoved: false,
  outcome: { kind: 'refused', reason },
  ...(incident && { incident }),
});

/** Runs a read. A failed read changes nothing, so the failure is certain. */
async function certainly<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof BackendFailure)) throw error;
    const { kind, message, retryAfterMs } = error;
    throw new BackendFailure(kind, message, { cause: error, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }
}

/** Runs a check of an earlier attempt. While the check fails, the attempt may still have happened. */
async function lookedUp<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await certainly(read);
  } catch (error) {
    if (!(error instanceof BackendFailure) || !error.isFinal) throw error;
    throw new BackendFailure('ambiguous', `It cannot be looked up: ${error.message}`, { cause: error });
  }
}

/** The reason that a person is given for a final failure. */
export function refusalOf(kind: FailureKind): RefusalReason {
  if (kind === 'not-found') return 'not-found';
  return kind === 'unsupported' ? 'unsupported' : 'rejected';
}
