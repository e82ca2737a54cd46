import { resolve } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { type ServiceDefinition } from '#service';
import { NluSettings } from './nlu.settings.js';
import { ParseMessageHandler } from './parse-message/parse-message.handler.js';
import { ParseController } from './parse-message/parse.controller.js';
import { TrainedModel } from './trained-model.js';

@Module({ controllers: [ParseMessageHandler, ParseController] })
export class NluModule {
  static with(model: TrainedModel): DynamicModule {
    return { module: NluModule, providers: [{ provide: TrainedModel, useValue: model }] };
  }
}

export const nluService: ServiceDefinition<typeof NluSettings> = {
  name: 'nlu',
  summary: 'Understands texts: intent, ranking and entities, by a model trained on the assistant’s examples.',
  settings: NluSettings,
  port: (settings) => settings.NLU_PORT,
  async module(settings, { projectRoot }) {
    const file = settings.MODEL_FILE ?? `${settings.ASSISTANT}/models/nlu.model`;
    return NluModule.with(await TrainedModel.load(resolve(projectRoot, file)));
  },
};
