import { randomUUID } from 'node:crypto';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { MessageReceived, type DataOf, type TurnCompleted } from '#contracts';
import { createLogger, projectRoot, type RunningService } from '#service';
import { EmbeddedHost } from '#store';
import { userMessage } from '../../../gateway/src/accept-message/user-message.js';
import { closeAll, innerServices, startAll } from '../run/run-all.js';

/** A turn, with its trace if that was requested. */
export type ExplainedTurn = DataOf<typeof TurnCompleted>;

export interface InProcessOptions {
  /** Folder of the assistant. */
  assistant: string;
  /** Path of the model file. */
  model: string;
  /** Whether every turn has a trace. */
  wantsTrace: boolean;
  /** Additional environment variables. */
  env?: Readonly<Record<string, string>>;
  broker?: InProcessBroker;
}

const TURN_TIMEOUT_MS = 30_000;

/**
 * Nothing outlives this process, so it must not promise incidents. Unless a ticket system is configured, the assistant
 * only tells what it would do.
 */
const incidentsFor = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.keys(env).some((name) => /^(SERVICENOW|RT)_/.test(name)) ? {} : { INCIDENT_BACKEND: 'local-mode' };

/** An error in the terminal is one line. Stacks are for the logs of services. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Runs all services except the gateway in this process, with a database in memory. The caller takes the place of the
 * gateway.
 */
export class InProcessAssistant {
  private readonly waiting = new Map<string, (turn: ExplainedTurn) => void>();

  private constructor(
    private readonly services: RunningService[],
    private readonly database: EmbeddedHost,
    private readonly bus: MessageBus,
    private readonly wantsTrace: boolean,
  ) {
    // A late answer is dropped when nobody waits for it any more.
    bus.handle('turn.completed.v1', (data) => {
      const turn = data as ExplainedTurn;
      if (turn.messageId !== undefined) this.waiting.get(turn.messageId)?.(turn);
      return Promise.resolve();
    });
    bus.open();
  }

  /** @throws Error, AssistantError with the reason why the start failed */
  static async start({ assistant, model, wantsTrace, env, broker = new InProcessBroker() }: InProcessOptions) {
    const database = new EmbeddedHost('memory://');
    const ports = ['NLU', 'DIALOGUE', 'INCIDENT', 'HANDOFF'].map((name) => [`${name}_PORT`, '0'] as const);
    const services = await startAll(innerServices, {
      env: {
        ...incidentsFor(process.env),
        ...process.env,
        ASSISTANT: assistant,
        MODEL_FILE: model,
        ...Object.fromEntries(ports),
        ...env,
      },
      host: '127.0.0.1',
      broker,
      namespace: 'helpdesk',
      database,
      logger: (service) => createLogger(service, 'warn', true).child({}, { serializers: { err: reasonOf } }),
      projectRoot,
    });
    return new InProcessAssistant(services, database, createBus({ service: 'shell', broker }), wantsTrace);
  }

  /**
   * Sends a message in a conversation and waits for its turn. Returns undefined when there is no answer in time.
   * @param messageId seed of the random choices in the turn, such as the variation of a response
   */
  async say(
    conversationId: string,
    text: string,
    messageId: string = randomUUID(),
  ): Promise<ExplainedTurn | undefined> {
    const { bus, wantsTrace } = this;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<ExplainedTurn | undefined>((resolve) => {
      this.waiting.set(messageId, resolve);
      timer = setTimeout(() => resolve(undefined), TURN_TIMEOUT_MS);
    });
    const channel = { input: 'cmdline', output: 'collector' };
    const message = userMessage({ conversationId, text, channel, messageId, wantsTrace });
    try {
      await bus.publish(MessageReceived, message, { conversationId, replyKey: bus.replyKey });
      return await answer;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(messageId);
    }
  }

  /** Closes the services after they have finished their work. */
  async close(): Promise<void> {
    await this.bus.close();
    await closeAll(this.services);
    await this.database.close();
  }
}
