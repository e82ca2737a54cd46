import { type TrackerSnapshot } from '#dialogue-engine';

/** Maximum number of cached conversations. The least recently used one is dropped first. */
const KEPT = 1_000;

/** The state of a conversation after its turn `version`. */
export interface KnownSnapshot {
  version: number;
  snapshot: TrackerSnapshot;
}

/**
 * A cache of the snapshots of active conversations, so that the next turn need not read and parse them. A cached
 * snapshot is valid only while its version is the stored one, because another replica may have taken a turn.
 */
export class RecentSnapshots {
  private readonly byConversation = new Map<string, KnownSnapshot>();

  get(conversationId: string): KnownSnapshot | undefined {
    return this.byConversation.get(conversationId);
  }

  set(conversationId: string, known: KnownSnapshot): void {
    // A map keeps the order of insertion, so a used entry moves to the end.
    this.byConversation.delete(conversationId);
    this.byConversation.set(conversationId, known);
    const [oldest] = this.byConversation.keys();
    if (this.byConversation.size > KEPT && oldest !== undefined) this.byConversation.delete(oldest);
  }
}
