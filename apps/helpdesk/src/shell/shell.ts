import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { createBus, InProcessBroker } from '#bus';
import { MAX_TEXT_LENGTH, MessageReceived, type BotMessage, type DataOf, type TurnCompleted } from '#contracts';
import { createLogger, projectRoot, type Surroundings } from '#service';
import { EmbeddedHost } from '#store';
import { closeAll, innerServices, startAll } from '../run/run-all.js';
import { train } from '../train/train.js';
import { chosenPayload, printMessage, printTrace } from './shell-view.js';

type Turn = DataOf<typeof TurnCompleted>;

const TURN_TIMEOUT_MS = 30_000;

/** `helpdesk shell`: the assistant in this terminal. Nothing of the conversation is kept. */
export async function shell(assistant: string, debug: boolean): Promise<void> {
  const model = await train(assistant);
  const broker = new InProcessBroker();
  const database = new EmbeddedHost('memory://');
  const around: Surroundings = {
    env: {
      ...process.env,
      ASSISTANT: assistant,
      MODEL_FILE: model,
      ...Object.fromEntries(['NLU', 'DIALOGUE', 'INCIDENT', 'HANDOFF'].map((name) => [`${name}_PORT`, '0'])),
    },
    host: '127.0.0.1',
    broker,
    namespace: 'helpdesk',
    database,
    logger: (service) => createLogger(service, 'warn', true),
    projectRoot,
  };
  const services = await startAll(innerServices, around);
  const bus = createBus({ service: 'shell', broker });
  const conversationId = randomUUID();
  let answered: (turn: Turn) => unknown = () => undefined;
  bus.handle('turn.completed.v1', (turn) => Promise.resolve(answered(turn as Turn)));
  bus.open();

  /** @returns the turn, or `undefined` when there was no answer in time. */
  const say = async (text: string): Promise<Turn | undefined> => {
    const messageId = randomUUID();
    const answer = new Promise<Turn | undefined>((resolve) => {
      // A late answer to an earlier message is not the answer to this one.
      answered = (turn) => turn.messageId === messageId && resolve(turn);
      setTimeout(() => resolve(undefined), TURN_TIMEOUT_MS).unref();
    });
    const message: DataOf<typeof MessageReceived> = {
      messageId,
      conversationId,
      text,
      channel: { input: 'cmdline', output: 'collector' },
      sentAt: new Date().toISOString(),
      wantsTrace: debug,
    };
    await bus.publish(MessageReceived, message, { conversationId, replyKey: bus.replyKey });
    return answer;
  };

  console.log('The assistant is ready. Write a message and press Enter; /stop ends it.\n');
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: 'You › ' });
  let offered: BotMessage | undefined;
  terminal.prompt();
  for await (const line of terminal) {
    const text = chosenPayload(line.trim(), offered);
    if (text === '/stop') break;
    if (text.length > MAX_TEXT_LENGTH) {
      console.log(`(a message has at most ${MAX_TEXT_LENGTH} characters)`);
    } else if (text) {
      const turn = await say(text);
      if (!turn) console.log('(no answer in time)');
      else if (debug) printTrace(turn);
      for (const message of turn?.messages ?? []) printMessage(message);
      offered = turn?.messages.findLast((message) => message.buttons?.length);
    }
    terminal.prompt();
  }
  terminal.close();
  await bus.close();
  await closeAll(services);
  await database.close();
}
