import { Injectable } from '@nestjs/common';
import { and, eq, gt, sql } from 'drizzle-orm';
import { type IdentityLevel, type Requester } from '#contracts';
import { Store } from '#store';
import { confirmations } from '../storage/incident.schema.js';

/** Normalizes an address for comparison. All comparisons use this. */
export const foldAddress = (email: string): string => email.trim().toLowerCase();

/** Decides how certain a caller's identity is. Only this class decides it; nothing in a message can raise the level. */
@Injectable()
export class CallerIdentityService {
  constructor(private readonly store: Store) {}

  async levelOf({ email, assertedEmail, conversationId }: Requester): Promise<IdentityLevel> {
    if (assertedEmail !== undefined && foldAddress(assertedEmail) === foldAddress(email)) return 'asserted';
    if (conversationId === undefined) return 'claimed';
    const [row] = await this.store.run((db) =>
      db
        .select({ email: confirmations.email })
        .from(confirmations)
        .where(
          and(
            eq(confirmations.conversationId, conversationId),
            eq(confirmations.email, foldAddress(email)),
            gt(confirmations.expiresAt, sql`now()`),
          ),
        ),
    );
    return row ? 'confirmed' : 'claimed';
  }

  async confirm(conversationId: string, email: string, until: Date): Promise<void> {
    await this.store.run((db) =>
      db
        .insert(confirmations)
        .values({ conversationId, email: foldAddress(email), expiresAt: until })
        .onConflictDoUpdate({
          target: [confirmations.conversationId, confirmations.email],
          set: { expiresAt: until },
        }),
    );
  }
}
