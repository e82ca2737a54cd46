import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { sql } from 'drizzle-orm';
import { type DataOf, type IncidentRate, type ReplyOf } from '#contracts';
import { Store } from '#store';
import { CallerIdentity } from '../identify-caller/caller-identity.js';
import { ratings } from '../incident.schema.js';
import { WatchStore } from '../watch-incidents/watch.store.js';

@Controller()
export class RateIncidentHandler {
  constructor(
    private readonly store: Store,
    private readonly watches: WatchStore,
    private readonly identity: CallerIdentity,
  ) {}

  /** Whoever has the incident's news in their conversation may rate it, and so may its confirmed caller. */
  @MessagePattern<string>('incident.rate.v1')
  async rate(@Payload() request: DataOf<typeof IncidentRate>): Promise<ReplyOf<typeof IncidentRate>> {
    const { number, stars, conversationId } = request;
    const isTheirs = conversationId !== undefined && (await this.watches.isToldTo(number, conversationId));
    if (!isTheirs && (await this.identity.levelOf(request)) === 'claimed')
      return { kind: 'refused', reason: 'not-confirmed' };
    await this.store.run((db) =>
      db
        .insert(ratings)
        .values({ number, stars })
        .onConflictDoUpdate({ target: ratings.number, set: { stars, ratedAt: sql`now()` } }),
    );
    return { kind: 'rated' };
  }
}
