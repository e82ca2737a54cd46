import { randomUUID } from 'node:crypto';
import { type Domain } from '#assistant';
import { type ExplainedTurn, type InProcessAssistant } from '../shell/in-process-assistant.js';
import { checkTurn, type Mismatch } from './check-turn.js';
import { type Conversation, type WrittenTurn } from './conversation.js';
import { type IncidentWitness } from './incident-witness.js';

/** A completed turn and its differences from the expectations. */
export interface TakenTurn {
  expected: WrittenTurn;
  /** Undefined when there was no answer in time. */
  happened: ExplainedTurn | undefined;
  mismatches: Mismatch[];
}

/** A conversation that was run, up to its first failed turn. */
export interface ConversationRun {
  conversation: Conversation;
  turns: TakenTurn[];
  hasFailed: boolean;
  seconds: number;
}

export const isFailed = ({ happened, mismatches }: TakenTurn): boolean => !happened || mismatches.length > 0;

/** The assistant or its stand-in that answers the conversations. */
export interface Counterpart {
  assistant: Pick<InProcessAssistant, 'say'>;
  witness: Pick<IncidentWitness, 'of'>;
  domain: Pick<Domain, 'responses'>;
}

/** Runs one conversation under a new id. Ends at the first failed turn, because later turns depend on it. */
export async function runConversation(conversation: Conversation, counterpart: Counterpart): Promise<ConversationRun> {
  const { assistant, witness, domain } = counterpart;
  const begun = performance.now();
  const id = randomUUID();
  const turns: TakenTurn[] = [];
  for (const expected of conversation.turns) {
    const before = witness.of(id).length;
    const happened = await assistant.say(id, expected.user.trim());
    const incidents = witness.of(id).slice(before);
    const turn = {
      expected,
      happened,
      mismatches: happened ? checkTurn(expected, { ...happened, incidents }, domain) : [],
    };
    turns.push(turn);
    if (isFailed(turn)) break;
  }
  const seconds = (performance.now() - begun) / 1_000;
  return { conversation, turns, hasFailed: turns.some(isFailed), seconds };
}

/**
 * Runs all conversations, at most `parallel` at a time. Returns the results in their order. Calls `onDone` as each
 * conversation ends.
 */
export async function runAll(
  conversations: readonly Conversation[],
  counterpart: Counterpart,
  parallel: number,
  onDone: (run: ConversationRun) => void,
): Promise<ConversationRun[]> {
  const runs: ConversationRun[] = [];
  const waiting = conversations.entries();
  const worker = async (): Promise<void> => {
    for (const [at, conversation] of waiting) {
      const run = await runConversation(conversation, counterpart);
      runs[at] = run;
      onDone(run);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, conversations.length) }, worker));
  return runs;
}
