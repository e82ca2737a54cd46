import { createUnzip, type Unzip } from 'node:zlib';
import { resolve } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { readAssistant, type Assistant } from '#assistant';
import { LOGGER, SETTINGS, type Logger, type ServiceDefinition } from '#service';
import { ActionRequests } from '../action-servers/action-request.js';
import { ActionServers } from '../action-servers/action-servers.js';
import { DialogueSettings } from '../settings/dialogue.settings.js';
import { ActionRegistry } from '../actions/action.registry.js';
import { ActionRunner } from '../actions/action.runner.js';
import { HelpdeskActionsModule } from '../helpdesk-actions/helpdesk-actions.module.js';
import { WebhookController } from './webhook.controller.js';

/** Maximum size of a call after unpacking, in bytes. A call contains a whole conversation and a whole domain. */
const MAX_CALL_BYTES = 16 * 1024 * 1024;

export const ActionServerSettings = Type.Object({
  ACTION_SERVER_PORT: Type.Integer({
    default: 5055,
    minimum: 0,
    maximum: 65535,
    description: 'port of the action server',
  }),
  ...DialogueSettings.properties,
});

@Module({ controllers: [WebhookController] })
export class ActionServerModule {
  constructor(http: HttpAdapterHost) {
    unpackBodies(http.httpAdapter.getInstance<FastifyInstance>());
  }

  static with(assistant: Assistant): DynamicModule {
    return {
      module: ActionServerModule,
      imports: [HelpdeskActionsModule.with(assistant, true)],
      providers: [
        {
          provide: ActionRunner,
          inject: [ActionRegistry, SETTINGS, LOGGER],
          useFactory(registry: ActionRegistry, { ACTION_TIMEOUT_MS }: DialogueSettings, logger: Logger) {
            const requests = new ActionRequests(assistant.domain, () => Promise.resolve([]), false);
            return new ActionRunner(registry, new ActionServers([], requests, logger), ACTION_TIMEOUT_MS);
          },
        },
      ],
    };
  }
}

/** Unpacks calls that are compressed with deflate or gzip. */
function unpackBodies(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding !== 'deflate' && encoding !== 'gzip') return done(null, payload);
    const unpacked: Unzip & { receivedEncodedLength?: number } = createUnzip();
    unpacked.receivedEncodedLength = 0;
    // Fastify compares this count with the content-length.
    payload.on('data', (chunk: Buffer) => (unpacked.receivedEncodedLength! += chunk.length));
    payload.on('error', (error) => unpacked.destroy(error));
    done(null, payload.pipe(unpacked));
  });
}

export const actionServerService: ServiceDefinition<typeof ActionServerSettings> = {
  name: 'actions',
  summary: 'Runs the bundled actions for other programs, over the protocol of Rasa’s action servers.',
  settings: ActionServerSettings,
  port: (settings) => settings.ACTION_SERVER_PORT,
  maxBodyBytes: MAX_CALL_BYTES,
  async module(settings, { projectRoot, env }) {
    const { assistant } = await readAssistant(resolve(projectRoot, settings.ASSISTANT), env);
    return ActionServerModule.with(assistant);
  },
};
