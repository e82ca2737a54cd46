import { resolve } from 'node:path';
import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { readAssistant, readEndpoints, type Assistant, type Endpoints } from '#assistant';
import { DialogueEngine, type TrainedPolicies } from '#dialogue-engine';
import { LOGGER, Readiness, SETTINGS, type Logger, type ServiceDefinition } from '#service';
import { ActionRequests } from './action-servers/action-request.js';
import { ActionServers } from './action-servers/action-servers.js';
import { Store } from '#store';
import { ConversationStore, TURN_OUTLET } from './conversations/conversation.store.js';
import { DialogueSettings } from './settings/dialogue.settings.js';
import { RelayAnswerHandler } from './turns/relay-answer.handler.js';
import { ReminderPoller } from './reminders/reminder.poller.js';
import { RemindHandler } from './reminders/remind.handler.js';
import { ReminderStore } from './reminders/reminder.store.js';
import { ReplayConversationHandler } from './conversations/replay-conversation.handler.js';
import { ActionRegistry } from './actions/action.registry.js';
import { ActionRunner } from './actions/action.runner.js';
import { HelpdeskActionsModule } from './helpdesk-actions/helpdesk-actions.module.js';
import { ChangeConversationHandler } from './tracker-api/change-conversation.handler.js';
import { SessionStartService } from './tracker-api/session-start.service.js';
import { ShowConversationHandler } from './tracker-api/show-conversation.handler.js';
import { readStoredPolicies } from '#training/files';
import { eventBrokerFor, type EventBroker } from './event-stream/event-broker.js';
import { EventStream } from './event-stream/event-stream.js';
import { TurnRunner } from './turns/turn-runner.service.js';
import { NotificationHandler } from './notifications/notification.handler.js';
import { NotificationStore } from './notifications/notification.store.js';
import { NotificationSender } from './notifications/notification.sender.js';
import { TakeTurnHandler } from './turns/take-turn.handler.js';
import { TakeTurnService } from './turns/take-turn.service.js';
import { TurnEndingService } from './turns/turn-ending.service.js';

/** Number of turns whose events an action server gets. */
const HISTORY_TURNS = 200;

@Module({
  controllers: [
    TakeTurnHandler,
    RelayAnswerHandler,
    ReplayConversationHandler,
    RemindHandler,
    ShowConversationHandler,
    ChangeConversationHandler,
    NotificationHandler,
  ],
  providers: [
    ConversationStore,
    TurnRunner,
    TurnEndingService,
    TakeTurnService,
    ReminderStore,
    ReminderPoller,
    SessionStartService,
    NotificationStore,
    NotificationSender,
  ],
})
export class DialogueModule {
  static with(
    assistant: Assistant,
    endpoints: Endpoints,
    broker?: EventBroker,
    trained?: TrainedPolicies,
  ): DynamicModule {
    const { domain, config } = assistant;
    return {
      module: DialogueModule,
      imports: [HelpdeskActionsModule.with(assistant, endpoints.usesBundledActions)],
      providers: [
        ...(broker ? [streamTo(broker, config.assistantId)] : []),
        { provide: DialogueEngine, useValue: new DialogueEngine(assistant, trained && { trained }) },
        {
          provide: ActionServers,
          inject: [ConversationStore, SETTINGS, LOGGER, Readiness],
          useFactory(store: ConversationStore, settings: DialogueSettings, logger: Logger, readiness: Readiness) {
            const history = (id: string) => store.history(id, HISTORY_TURNS);
            const requests = new ActionRequests(domain, history, settings.COMPRESS_ACTION_SERVER_REQUEST);
            const servers = new ActionServers(endpoints.actionServers, requests, logger);
            if (endpoints.actionServers.length > 0) readiness.inform('action servers', () => servers.health);
            return servers;
          },
        },
        {
          provide: ActionRunner,
          inject: [ActionRegistry, ActionServers, SETTINGS],
          useFactory(registry: ActionRegistry, servers: ActionServers, { ACTION_TIMEOUT_MS }: DialogueSettings) {
            const runner = new ActionRunner(registry, servers, ACTION_TIMEOUT_MS);
            runner.refuseMissing(domain);
            return runner;
          },
        },
      ],
    };
  }
}

/** Provided only when there is a broker. Without one, recording a turn has no extra cost. */
const streamTo = (broker: EventBroker, assistantId: string | undefined): FactoryProvider => ({
  provide: TURN_OUTLET,
  inject: [Store, LOGGER, Readiness],
  useFactory(store: Store, logger: Logger, readiness: Readiness) {
    readiness.inform('event broker', () => broker.problem());
    return new EventStream(store, broker, logger, assistantId);
  },
});

export const dialogueService: ServiceDefinition<typeof DialogueSettings> = {
  name: 'dialogue',
  summary: 'Owns conversations: decides each turn, runs its actions and records what happened.',
  settings: DialogueSettings,
  port: (settings) => settings.DIALOGUE_PORT,
  migrations: 'apps/dialogue/migrations',
  async module(settings, { projectRoot, env, ...context }) {
    const directory = resolve(projectRoot, settings.ASSISTANT);
    const { assistant } = await readAssistant(directory, env);
    const { endpoints } = await readEndpoints(directory, env);
    const { eventBroker } = endpoints;
    const broker = eventBroker && eventBrokerFor(eventBroker, env, context.logger('dialogue'));
    return DialogueModule.with(assistant, endpoints, broker, await readStoredPolicies(assistant));
  },
};
