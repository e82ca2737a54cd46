import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { PageFiles } from '#service';
import { IncidentBackend } from '../../ports/incident-backend.js';
import { defineBackend } from '../backend-definition.js';
import { DeskController } from './desk.controller.js';
import { DeskPageController } from './desk-page.controller.js';
import { DeskStore } from './desk.store.js';
import { LocalDeskBackend } from './local-desk.backend.js';

@Module({
  providers: [DeskStore, { provide: IncidentBackend, useClass: LocalDeskBackend }],
  exports: [DeskStore, PageFiles, IncidentBackend],
})
class LocalDeskModule {
  static with(projectRoot: string): DynamicModule {
    const files = new PageFiles(join(projectRoot, 'apps/incident/desk'));
    return { module: LocalDeskModule, providers: [{ provide: PageFiles, useValue: files }] };
  }
}

export const localDesk = defineBackend({
  name: 'local-desk',
  settings: {},
  configure: () => ({}),
  module: (_config, projectRoot) => LocalDeskModule.with(projectRoot),
  controllers: [DeskController, DeskPageController],
});
