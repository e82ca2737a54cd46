import { BackendFailure } from '../../../ports/backend-failure.js';

/**
 * Runs work that follows a change. If it fails, the change may have happened, and a retry may be right.
 * @throws BackendFailure
 */
export async function afterWrite<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BackendFailure)) throw error;
    const { message, retryAfterMs } = error;
    throw new BackendFailure(error.isFinal ? 'ambiguous' : error.kind, message, {
      mayHaveHappened: true,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      cause: error,
    });
  }
}
