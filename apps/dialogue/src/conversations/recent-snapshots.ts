import { type TrackerSnapshot } from '#dialogue-engine';

/** Conversations that are kept; the least recently used one makes room. */
const KEPT = 1_000;

/** Where a conversation stood after its turn `version`. */
export interface KnownSnapshot {
  version: number;
  snapshot: TrackerSnapshot;
}

/**
 * The snapshots of conversations that are going on, so that the next turn need not read and parse them. Only to be
 * believed when the version is still the stored one: another replica may have taken a turn.
 */
export class RecentSnapshots {
  private readonly byConversation = new Map<string, KnownSnapshot>();

  get(conversationId: string): KnownSnapshot | undefined {
    return this.byConversation.get(conversationId);
  }

  set(conversationId: string, known: KnownSnapshot): void {
    // A map's order is that of insertion, so what is used moves to the end.
    this.byConversation.delete(conversationId);
    this.byConversation.set(conversationId, known);
    const [oldest] = this.byConversation.keys();
    if (this.byConversation.size > KEPT && oldest !== undefined) this.byConversation.delete(oldest);
  }
}
