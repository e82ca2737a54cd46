import DataLoader from 'dataloader';
import { StoreUnavailableError } from './store.js';

const MOST_AT_ONCE = 50;

/**
 * Processes several items at once. Items that arrive during a batch wait for the next one, so a single item is processed
 * immediately. After a failure, the items are retried one by one, so that none fails because of another.
 */
export class Batches<Item, Result> {
  private atWork: Promise<unknown> = Promise.resolve();
  private readonly loader: DataLoader<Item, Result>;

  /** @param work processes all of these items or none; resolves with their results in the same order */
  constructor(private readonly work: (items: Item[]) => Promise<Result[]>) {
    this.loader = new DataLoader<Item, Result>(
      (items) => {
        const done = this.workOn([...items]);
        this.atWork = done;
        return done;
      },
      {
        cache: false,
        maxBatchSize: MOST_AT_ONCE,
        batchScheduleFn: (begin) => void this.atWork.then(begin),
      },
    );
  }

  /** Resolves with the result for this item. */
  add(item: Item): Promise<Result> {
    return this.loader.load(item);
  }

  private async workOn(items: Item[]): Promise<(Result | Error)[]> {
    try {
      return await this.work(items);
    } catch (error) {
      if (items.length === 1 || error instanceof StoreUnavailableError) return items.map(() => asError(error));
      return Promise.all(
        items.map((item) =>
          this.work([item]).then(
            ([result]) => result!,
            (alone: unknown) => asError(alone),
          ),
        ),
      );
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
