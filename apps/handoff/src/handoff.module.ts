import { resolve } from 'node:path';
import { HttpModule } from '@nestjs/axios';
import { Module, type DynamicModule } from '@nestjs/common';
import { readAssistant } from '#assistant';
import { type ServiceDefinition } from '#service';
import { ForwardMessageHandler } from './forward-message/forward-message.handler.js';
import { HostClient } from './forward-message/host.client.js';
import { HandoffSettings } from './settings/handoff.settings.js';
import { HostRegistry } from './hosts/host.registry.js';

@Module({ imports: [HttpModule], controllers: [ForwardMessageHandler], providers: [HostClient] })
export class HandoffModule {
  static with(hosts: HostRegistry): DynamicModule {
    return { module: HandoffModule, providers: [{ provide: HostRegistry, useValue: hosts }] };
  }
}

export const handoffService: ServiceDefinition<typeof HandoffSettings> = {
  name: 'handoff',
  summary: 'Forwards the messages of handed-off conversations to their host and brings its answers back.',
  settings: HandoffSettings,
  port: (settings) => settings.HANDOFF_PORT,
  async module(settings, { projectRoot }) {
    const { assistant } = await readAssistant(resolve(projectRoot, settings.ASSISTANT));
    return HandoffModule.with(new HostRegistry(assistant.handoffHosts));
  },
};
