import { join } from 'node:path';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { PageFiles, SettingsError } from '#service';
import { type IncidentSettings } from './settings/incident.settings.js';
import { DeskController } from './backends/local-desk/desk.controller.js';
import { DeskPageController } from './backends/local-desk/desk-page.controller.js';
import { DeskStore } from './backends/local-desk/desk.store.js';
import { LocalDeskBackend } from './backends/local-desk/local-desk.backend.js';
import { requestTrackerConfig } from './backends/request-tracker/client/request-tracker.config.js';
import { RequestTrackerModule } from './backends/request-tracker/request-tracker.module.js';
import { serviceNowConfig } from './backends/servicenow/client/servicenow.config.js';
import { ServiceNowModule } from './backends/servicenow/servicenow.module.js';
import { IncidentBackend } from './ports/incident-backend.js';
import { LocalModeBackend } from './backends/local-mode/local-mode.backend.js';

/** Where incidents are kept, and what the service shows besides because of it. */
export interface ChosenBackend {
  module: DynamicModule;
  controllers: Type[];
}

@Module({ providers: [{ provide: IncidentBackend, useClass: LocalModeBackend }], exports: [IncidentBackend] })
class LocalModeModule {}

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

/**
 * The backend that the settings name; when they name none, ServiceNow or Request Tracker if one is configured, else the
 * local desk.
 * @throws SettingsError when the one that is named is not configured
 */
export function chooseBackend(settings: IncidentSettings, projectRoot: string): ChosenBackend {
  const serviceNow = serviceNowConfig(settings);
  const requestTracker = requestTrackerConfig(settings);
  const configured = typeof serviceNow === 'object' ? 'servicenow' : requestTracker && 'request-tracker';
  const asked = settings.INCIDENT_BACKEND ?? configured ?? (serviceNow === 'local-mode' ? serviceNow : undefined);
  switch (asked) {
    case 'servicenow':
      if (typeof serviceNow !== 'object')
        throw new SettingsError('INCIDENT_BACKEND is servicenow: set SERVICENOW_INSTANCE and how to log in, too.');
      return { module: ServiceNowModule.with(serviceNow), controllers: [] };
    case 'request-tracker':
      if (!requestTracker)
        throw new SettingsError('INCIDENT_BACKEND is request-tracker: set RT_URL and how to log in, too.');
      return { module: RequestTrackerModule.with(requestTracker), controllers: [] };
    case 'local-mode':
      return { module: { module: LocalModeModule }, controllers: [] };
    case 'local-desk':
    case undefined:
      return { module: LocalDeskModule.with(projectRoot), controllers: [DeskController, DeskPageController] };
  }
}
