import { createHash, randomInt, scryptSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { and, eq, gt, or, sql } from 'drizzle-orm';
import { Store } from '#store';
import { codes, sentCodes } from '../storage/incident.schema.js';
import { foldAddress } from './caller-identity.service.js';

const DIGITS = 6;
const TRIES = 5;
const VALID_MS = 10 * 60_000;
/** Codes per hour for one address, and in one conversation. */
const CODES_AN_HOUR = 5;

/** The result of a request for a code. `known`: this request already has its code. */
export type Issued = { kind: 'issued'; code: string } | { kind: 'limited' } | { kind: 'known' };
export type Verdict = 'right' | 'wrong' | 'expired';

/** One-time codes: six digits, valid for ten minutes and five attempts, stored only as hashes. */
@Injectable()
export class OneTimeCodeStore {
  constructor(private readonly store: Store) {}

  /**
   * Creates a code, which replaces the conversation's earlier one; `limited` when too many were requested in the last
   * hour.
   */
  async issue(requestId: string, conversationId: string, email: string, now: Date): Promise<Issued> {
    const addressHash = createHash('sha256').update(foldAddress(email)).digest('hex');
    return this.store.transaction(async (db) => {
      // One request at a time; otherwise parallel requests would all find themselves below the limit.
      await db.execute(sql`select pg_advisory_xact_lock(hashtext('incident.sent_codes'))`);
      const isNew = await db
        .insert(sentCodes)
        .values({ requestId, conversationId, addressHash, sentAt: now })
        .onConflictDoNothing()
        .returning({ id: sentCodes.requestId });
      if (isNew.length === 0) return { kind: 'known' };
      const recent = await db
        .select({ conversationId: sentCodes.conversationId, addressHash: sentCodes.addressHash })
        .from(sentCodes)
        .where(
          and(
            gt(sentCodes.sentAt, new Date(now.getTime() - 3_600_000)),
            or(eq(sentCodes.addressHash, addressHash), eq(sentCodes.conversationId, conversationId)),
          ),
        );
      const forAddress = recent.filter((each) => each.addressHash === addressHash).length;
      const inConversation = recent.filter((each) => each.conversationId === conversationId).length;
      if (Math.max(forAddress, inConversation) > CODES_AN_HOUR) return { kind: 'limited' };
      const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
      const values = {
        email: foldAddress(email),
        hash: hashOf(code),
        triesLeft: TRIES,
        expiresAt: new Date(now.getTime() + VALID_MS),
      };
      await db
        .insert(codes)
        .values({ conversationId, ...values })
        .onConflictDoUpdate({ target: codes.conversationId, set: values });
      return { kind: 'issued', code };
    });
  }

  /** Checks a code. A correct code is used up; a wrong one costs an attempt. */
  async redeem(conversationId: string, email: string, code: string, now: Date): Promise<Verdict> {
    const isThisOne = and(eq(codes.conversationId, conversationId), eq(codes.email, foldAddress(email)));
    return this.store.transaction(async (db) => {
      const [row] = await db
        .update(codes)
        .set({ triesLeft: sql`${codes.triesLeft} - 1` })
        .where(and(isThisOne, gt(codes.triesLeft, 0), gt(codes.expiresAt, now)))
        .returning({ hash: codes.hash, triesLeft: codes.triesLeft });
      if (!row) return 'expired';
      if (isHashOf(row.hash, code.replace(/\D/g, ''))) {
        await db.delete(codes).where(isThisOne);
        return 'right';
      }
      return row.triesLeft > 0 ? 'wrong' : 'expired';
    });
  }
}

/** Salted and slow, because six digits are few. */
function hashOf(code: string, salt = randomBytes(16)): string {
  return `${salt.toString('hex')}:${scryptSync(code, salt, 32).toString('hex')}`;
}

function isHashOf(hash: string, code: string): boolean {
  const [salt = ''] = hash.split(':');
  const expected = Buffer.from(hash);
  const actual = Buffer.from(hashOf(code, Buffer.from(salt, 'hex')));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
