/** A temporary failure (a dependency is down or busy): the message is retried on the schedule until it succeeds. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  /** @param retryAfterMs shortest delay; the bus rounds up to its next step */
  constructor(
    message: string,
    readonly retryAfterMs = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A permanent failure: the message is parked at once for a person to inspect. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** The broker did not confirm a message. The caller must not report it as accepted. */
export class BusUnavailableError extends Error {
  override readonly name: string = 'BusUnavailableError';
}

/** No queue receives this type of message: its service was never started. */
export class UnroutableError extends BusUnavailableError {
  override readonly name = 'UnroutableError';
}

/** A request got no answer in time. A command may still be executed. */
export class RequestTimeoutError extends Error {
  override readonly name = 'RequestTimeoutError';
}

/** The answering service refused a request; the message is its reason. */
export class RequestFailedError extends Error {
  override readonly name = 'RequestFailedError';
}
