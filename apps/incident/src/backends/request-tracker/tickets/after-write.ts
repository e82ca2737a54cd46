import { BackendFailure } from '../../../ports/backend-failure.js';

/**
 * Work that follows a change. Whatever fails in it, the change may have happened, and asking again may be right.
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
