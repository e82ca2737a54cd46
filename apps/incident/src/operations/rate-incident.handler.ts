import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { sql } from 'drizzle-orm';
import { type DataOf, type IncidentRate, type ReplyOf } from '#contracts';
import { Store } from '#store';
import { ratings } from '../storage/incident.schema.js';
import { WatchStore } from '../storage/watch.store.js';

@Controller()
export class RateIncidentHandler {
  constructor(
    private readonly store: Store,
    private readonly watches: WatchStore,
  ) {}

  /** Records a rating from the conversation that is notified of the incident. */
  @MessagePattern<string>('incident.rate.v1')
  async rate(
    @Payload() { number, stars, conversationId }: DataOf<typeof IncidentRate>,
  ): Promise<ReplyOf<typeof IncidentRate>> {
    if (!(await this.watches.isNotified(number, conversationId))) return { kind: 'refused', reason: 'not-found' };
    await this.store.run((db) =>
      db
        .insert(ratings)
        .values({ number, stars })
        .onConflictDoUpdate({ target: ratings.number, set: { stars, ratedAt: sql`now()` } }),
    );
    return { kind: 'rated' };
  }
}
