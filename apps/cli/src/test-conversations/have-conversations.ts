import { readAssistant } from '#assistant';
import { InProcessAssistant } from '../shell/in-process-assistant.js';
import { startProgram } from './action-server-program.js';
import { IncidentWitness } from './incident-witness.js';
import { type Conversations } from './read-conversations.js';
import { type ConversationRun, runAll } from './run-conversation.js';

/** With whom conversations are had, and how. */
export interface HavingConversations extends Conversations {
  /** Folder of the assistant. */
  assistant: string;
  /** The file of its model. */
  model: string;
  /** Conversations at a time. */
  parallel: number;
  /** Hears of each conversation as it ends. */
  onDone: (run: ConversationRun) => void;
}

/**
 * Starts all services and the action server that the conversations want, has the conversations, and ends everything.
 * @returns the runs in the order of the conversations, and how long they took without the start.
 * @throws Error, AssistantError that say what is wrong with the assistant or could not be started.
 */
export async function haveConversations({
  assistant: directory,
  model,
  parallel,
  onDone,
  conversations,
  actionServer,
}: HavingConversations): Promise<{ runs: ConversationRun[]; seconds: number }> {
  const program = actionServer && (await startProgram(actionServer, directory));
  const env = program?.env ?? {};
  try {
    const { domain } = (await readAssistant(directory, { ...process.env, ...env })).assistant;
    const witness = new IncidentWitness();
    const assistant = await InProcessAssistant.start({
      assistant: directory,
      model,
      wantsTrace: true,
      env,
      broker: witness,
    });
    try {
      const begun = performance.now();
      const runs = await runAll(conversations, { assistant, witness, domain }, parallel, onDone);
      return { runs, seconds: (performance.now() - begun) / 1_000 };
    } finally {
      await assistant.close();
    }
  } finally {
    await program?.stop();
  }
}
