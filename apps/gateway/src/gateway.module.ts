import { join, resolve } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { readCredentials } from '#assistant';
import { PageFiles, type ServiceDefinition } from '#service';
import { AcceptMessageModule } from './accept-message/accept-message.module.js';
import { refuseOpenDoors } from './authentication/api.guard.js';
import { ApiModule } from './rasa-api/rasa-api.module.js';
import { DeliverTurnHandler } from './deliver-turn/deliver-turn.handler.js';
import { corsOrigins, GatewaySettings } from './settings/gateway.settings.js';
import { RestController } from './channels/rest/rest.controller.js';
import { SocketChannel } from './channels/socketio/socket.channel.js';
import { SocketSettings } from './channels/socketio/socket.settings.js';
import { TakeFileModule } from './channels/files/files.module.js';
import { IdentityTokenVerifier } from './authentication/identity-token.verifier.js';
import { WebchatController } from './channels/webchat/webchat.controller.js';

@Module({
  imports: [AcceptMessageModule, TakeFileModule],
  controllers: [RestController, WebchatController, DeliverTurnHandler],
  providers: [SocketChannel],
})
export class GatewayModule {
  static with(socket: SocketSettings, webchat: PageFiles, hasApi = false): DynamicModule {
    return {
      module: GatewayModule,
      imports: hasApi ? [ApiModule] : [],
      providers: [
        { provide: SocketSettings, useValue: socket },
        { provide: PageFiles, useValue: webchat },
      ],
    };
  }
}

export const gatewayService: ServiceDefinition<typeof GatewaySettings> = {
  name: 'gateway',
  summary: 'Receives messages and delivers answers: REST, Socket.IO and the chat page.',
  settings: GatewaySettings,
  port: (settings) => settings.GATEWAY_PORT,
  cors: corsOrigins,
  async module(settings, { projectRoot, host }) {
    if (settings.ENABLE_API) await refuseOpenDoors(settings, host);
    await new IdentityTokenVerifier(settings).refuseUselessKey();
    const credentials = await readCredentials(resolve(projectRoot, settings.ASSISTANT));
    return GatewayModule.with(
      new SocketSettings(credentials['socketio']),
      new PageFiles(join(projectRoot, 'apps/webchat')),
      settings.ENABLE_API,
    );
  },
};
