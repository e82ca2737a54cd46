import { type Refusal } from '#contracts';
import { StoreUnavailableError } from '#store';

/** A request that is not carried out, with the reason for the caller. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly because: Refusal['cause'],
    message: string,
  ) {
    super(message);
  }

  get reply(): Refusal {
    return { kind: 'refused', cause: this.because, message: this.message };
  }
}

/** Turns a `Refused` that `work` throws into an answer. Any other error is a failure and is thrown on. */
export async function orRefusal<Reply>(work: () => Promise<Reply>): Promise<Reply | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) return error.reply;
    throw error;
  }
}

/** The same for queries, which do not wait for an unavailable database: they are refused at once. */
export function answerOrRefusal<Reply>(work: () => Promise<Reply>): Promise<Reply | Refusal> {
  return orRefusal(async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreUnavailableError)
        throw new Refused('unavailable', 'The conversation store is unavailable. Try again later.');
      throw error;
    }
  });
}
