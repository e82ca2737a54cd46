import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { MAX_TEXT_LENGTH, type BotMessage } from '#contracts';
import { train } from '../train/train.js';
import { explanationOf } from './explanation.js';
import { InProcessAssistant } from './in-process-assistant.js';
import { chosenPayload, dim, printMessage } from './shell-view.js';

/** `helpdesk shell`: a chat with the assistant in this terminal. The conversation is not stored. */
export async function shell(directory: string, debug: boolean): Promise<void> {
  const model = await train(directory);
  const assistant = await InProcessAssistant.start({ assistant: directory, model, wantsTrace: debug });
  const conversationId = randomUUID();
  console.log('The assistant is ready. Write a message and press Enter. /stop ends the chat.\n');
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: 'You › ' });
  let offered: BotMessage | undefined;
  terminal.prompt();
  for await (const line of terminal) {
    const text = chosenPayload(line.trim(), offered);
    if (text === '/stop') break;
    if (text.length > MAX_TEXT_LENGTH) {
      console.log(`(a message can have at most ${MAX_TEXT_LENGTH} characters)`);
    } else if (text) {
      const turn = await assistant.say(conversationId, text);
      if (!turn) console.log('(no answer in time)');
      else if (turn.trace) for (const reason of explanationOf(turn.trace)) console.log(dim(`    · ${reason}`));
      for (const message of turn?.messages ?? []) printMessage(message);
      offered = turn?.messages.findLast((message) => message.buttons?.length);
    }
    terminal.prompt();
  }
  terminal.close();
  await assistant.close();
}
