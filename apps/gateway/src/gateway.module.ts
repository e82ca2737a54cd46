import { join, resolve } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { readCredentials } from '#assistant';
import { type ServiceDefinition } from '#service';
import { TurnLanes } from './accept-message/turn-lanes.js';
import { DeliverTurnHandler } from './deliver-turn/deliver-turn.handler.js';
import { corsOrigins, GatewaySettings } from './gateway.settings.js';
import { RestController } from './rest/rest.controller.js';
import { SocketChannel } from './socket/socket.channel.js';
import { SocketSettings } from './socket/socket.settings.js';
import { WebchatController, WebchatFiles } from './webchat/webchat.controller.js';

@Module({
  controllers: [RestController, WebchatController, DeliverTurnHandler],
  providers: [TurnLanes, SocketChannel],
})
export class GatewayModule {
  static with(socket: SocketSettings, webchat: WebchatFiles): DynamicModule {
    return {
      module: GatewayModule,
      providers: [
        { provide: SocketSettings, useValue: socket },
        { provide: WebchatFiles, useValue: webchat },
      ],
    };
  }
}

export const gatewayService: ServiceDefinition<typeof GatewaySettings> = {
  name: 'gateway',
  summary: 'Channels in, answers out: REST, Socket.IO and the chat page.',
  settings: GatewaySettings,
  port: (settings) => settings.GATEWAY_PORT,
  cors: corsOrigins,
  async module(settings, { projectRoot }) {
    const credentials = await readCredentials(resolve(projectRoot, settings.ASSISTANT));
    return GatewayModule.with(
      new SocketSettings(credentials['socketio']),
      new WebchatFiles(join(projectRoot, 'apps/webchat')),
    );
  },
};
