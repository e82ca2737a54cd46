import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance } from 'fastify';
import { AcceptMessageModule } from '../accept-message/accept-message.module.js';
import { prepareTransport } from './api-transport.js';
import { ConversationController } from './conversation.controller.js';
import { InnerServicesClient } from './inner-services.client.js';
import { ModelController } from './model.controller.js';
import { TrainingClient } from './training.client.js';
import { TrainingController } from './training.controller.js';
import { VersionController } from './version.controller.js';

/** Rasa's HTTP API. Part of the service only if it is enabled. */
@Module({
  imports: [AcceptMessageModule],
  controllers: [ConversationController, ModelController, TrainingController, VersionController],
  providers: [InnerServicesClient, TrainingClient],
})
export class ApiModule {
  constructor(http: HttpAdapterHost) {
    prepareTransport(http.httpAdapter.getInstance<FastifyInstance>());
  }
}
