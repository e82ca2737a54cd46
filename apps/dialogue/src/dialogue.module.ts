import { resolve } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { readAssistant, type Assistant } from '#assistant';
import { DialogueEngine } from '#dialogue-engine';
import { type ServiceDefinition } from '#service';
import { ConversationStore } from './conversation.store.js';
import { DialogueSettings } from './dialogue.settings.js';
import { ASSISTANT } from './helpdesk-assistant.js';
import { RelayAnswerHandler } from './relay-answer/relay-answer.handler.js';
import { ReplayConversationHandler } from './replay-conversation/replay-conversation.handler.js';
import { type Action } from './run-action/action.js';
import { actionClasses, ActionRegistry } from './run-action/action-registry.js';
import { Conductor } from './take-turn/conductor.js';
import { TakeTurnHandler } from './take-turn/take-turn.handler.js';
import { TakeTurnService } from './take-turn/take-turn.service.js';

@Module({
  controllers: [TakeTurnHandler, RelayAnswerHandler, ReplayConversationHandler],
  providers: [ConversationStore, Conductor, TakeTurnService, ...actionClasses],
})
export class DialogueModule {
  static with(assistant: Assistant): DynamicModule {
    return {
      module: DialogueModule,
      providers: [
        { provide: ASSISTANT, useValue: assistant },
        { provide: DialogueEngine, useValue: new DialogueEngine(assistant) },
        {
          provide: ActionRegistry,
          inject: [...actionClasses],
          useFactory: (...actions: Action[]) => {
            const registry = new ActionRegistry(actions);
            const missing = registry.missing(assistant.domain.actions);
            if (missing.length > 0)
              throw new Error(`The domain lists actions that nobody implements: ${missing.join(', ')}.`);
            return registry;
          },
        },
      ],
    };
  }
}

export const dialogueService: ServiceDefinition<typeof DialogueSettings> = {
  name: 'dialogue',
  summary: 'Owns conversations: decides each turn, runs its actions and records what happened.',
  settings: DialogueSettings,
  port: (settings) => settings.DIALOGUE_PORT,
  migrations: 'apps/dialogue/migrations',
  async module(settings, { projectRoot }) {
    const { assistant } = await readAssistant(resolve(projectRoot, settings.ASSISTANT));
    return DialogueModule.with(assistant);
  },
};
