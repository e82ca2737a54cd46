import { type Refusal } from '#contracts';
import { StoreUnavailableError } from '#store';

/** A question or order that is not carried out, with the reason for whoever asked. */
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

/** Makes of what `work` refuses an answer. Anything else that it throws is a failure and stays one. */
export async function orRefusal<Reply>(work: () => Promise<Reply>): Promise<Reply | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) return error.reply;
    throw error;
  }
}

/** The same for questions, which do not wait for an absent database. */
export function answerOrRefusal<Reply>(work: () => Promise<Reply>): Promise<Reply | Refusal> {
  return orRefusal(async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreUnavailableError)
        throw new Refused('unavailable', 'The conversation store is away. Try again later.');
      throw error;
    }
  });
}
