/** A passing fault (a dependency is down or busy): the message is tried again on the schedule until it succeeds. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  /** @param retryAfterMs wait at least this long; the bus rounds up to its next step. */
  constructor(
    message: string,
    readonly retryAfterMs = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The message can never succeed: it is parked at once for a person to look at. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** The broker did not confirm a message. Nothing was promised: the caller must not report it as accepted. */
export class BusUnavailableError extends Error {
  override readonly name: string = 'BusUnavailableError';
}

/** No queue takes this type of message: its service was never started. */
export class UnroutableError extends BusUnavailableError {
  override readonly name = 'UnroutableError';
}

/** A request had no answer in time. A command may still be carried out. */
export class RequestTimeoutError extends Error {
  override readonly name = 'RequestTimeoutError';
}

/** The answering service refused a request; the message is its reason. */
export class RequestFailedError extends Error {
  override readonly name = 'RequestFailedError';
}
