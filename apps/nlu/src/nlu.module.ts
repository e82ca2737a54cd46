import { dirname, resolve } from 'node:path';
import { HttpModule } from '@nestjs/axios';
import { Module, type DynamicModule } from '@nestjs/common';
import { type ServiceDefinition } from '#service';
import { DucklingClient } from './duckling/duckling.client.js';
import { NluSettings } from './settings/nlu.settings.js';
import { ParseMessageHandler } from './parse-message/parse-message.handler.js';
import { ParseController } from './parse-message/parse.controller.js';
import { TextParser } from './parse-message/text-parser.service.js';
import { defaultThreads } from './serve-model/loaded-model.js';
import { ModelController, MODELS_FOLDER } from './serve-model/model.controller.js';
import { ServedModelService } from './serve-model/served-model.service.js';

@Module({
  imports: [HttpModule],
  controllers: [ParseMessageHandler, ParseController, ModelController],
  providers: [DucklingClient, TextParser],
})
export class NluModule {
  static with(served: ServedModelService): DynamicModule {
    const providers = [
      { provide: ServedModelService, useValue: served },
      { provide: MODELS_FOLDER, useValue: dirname(served.about.file) },
    ];
    return { module: NluModule, providers };
  }
}

export const nluService: ServiceDefinition<typeof NluSettings> = {
  name: 'nlu',
  summary: 'Parses texts into intent, ranking and entities, with a model that is trained on the assistant’s examples.',
  settings: NluSettings,
  port: (settings) => settings.NLU_PORT,
  async module(settings, context) {
    const file = settings.MODEL_FILE ?? `${settings.ASSISTANT}/models/nlu.model`;
    const served = await ServedModelService.open(resolve(context.projectRoot, file), {
      logger: context.logger('nlu'),
      threads: { count: settings.NLU_WORKERS ?? defaultThreads() },
    });
    return NluModule.with(served);
  },
};
