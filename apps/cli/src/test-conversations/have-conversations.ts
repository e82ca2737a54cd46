import { readAssistant } from '#assistant';
import { InProcessAssistant } from '../shell/in-process-assistant.js';
import { startProgram } from './action-server-program.js';
import { IncidentWitness } from './incident-witness.js';
import { type Conversations } from './read-conversations.js';
import { type ConversationRun, runAll } from './run-conversation.js';

/** The conversations to run and the assistant to run them with. */
export interface HavingConversations extends Conversations {
  /** Folder of the assistant. */
  assistant: string;
  /** Path of the model file. */
  model: string;
  /** Number of conversations at a time. */
  parallel: number;
  /** Called when a conversation ends. */
  onDone: (run: ConversationRun) => void;
}

/**
 * Starts all services and the action server of the conversations, runs the conversations, and ends everything.
 * @returns the runs in the order of the conversations, and their duration without the start
 * @throws Error, AssistantError describing the problem of the assistant or of the start
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
