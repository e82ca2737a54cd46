import { Module, type DynamicModule } from '@nestjs/common';
import { isLoopback, type ServiceDefinition } from '#service';
import { chooseBackend, IncidentServiceSettings, type ChosenBackend } from './choose-backend.js';
import { ChangeListener } from './ports/change-listener.js';
import { OperationStore } from './operations/operation.store.js';
import { OperationWorker } from './operations/operation.worker.js';
import { ActionRulesService } from './operations/action-rules.service.js';
import { ChangeIncidentHandler } from './operations/change-incident.handler.js';
import { FindArticlesHandler } from './lookup/find-articles.handler.js';
import { FindIncidentsHandler } from './lookup/find-incidents.handler.js';
import { IncidentFinder } from './lookup/incident.finder.js';
import { CallerIdentityService } from './callers/caller-identity.service.js';
import { CodeMailer } from './callers/code.mailer.js';
import { IdentityHandler } from './callers/identity.handler.js';
import { OneTimeCodeStore } from './callers/one-time-code.store.js';
import { FileStore } from './files/file.store.js';
import { KeepFileHandler } from './files/keep-file.handler.js';
import { OpenIncidentHandler } from './operations/open-incident.handler.js';
import { RateIncidentHandler } from './operations/rate-incident.handler.js';
import { IS_LOCAL } from './authentication/api.guard.js';
import { BackendHealthService } from './http/backend-health.service.js';
import { IncidentsController } from './http/incidents.controller.js';
import { OperationsController } from './http/operations.controller.js';
import { ShowBackendHandler } from './lookup/show-backend.handler.js';
import { BackendPauseStore } from './operations/backend-pause.store.js';
import { IncidentWatcher } from './notifications/incident.watcher.js';
import { WatchStore } from './storage/watch.store.js';

@Module({
  controllers: [
    OpenIncidentHandler,
    ChangeIncidentHandler,
    FindIncidentsHandler,
    FindArticlesHandler,
    RateIncidentHandler,
    KeepFileHandler,
    IdentityHandler,
    ShowBackendHandler,
    IncidentsController,
    OperationsController,
  ],
  providers: [
    OperationStore,
    OperationWorker,
    WatchStore,
    IncidentWatcher,
    { provide: ChangeListener, useExisting: IncidentWatcher },
    BackendPauseStore,
    BackendHealthService,
    IncidentFinder,
    ActionRulesService,
    CallerIdentityService,
    OneTimeCodeStore,
    CodeMailer,
    FileStore,
  ],
})
export class IncidentModule {
  static with({ module, controllers }: ChosenBackend, isLocal: boolean): DynamicModule {
    const providers = [{ provide: IS_LOCAL, useValue: isLocal }];
    return { module: IncidentModule, imports: [module], controllers, providers };
  }
}

export const incidentService: ServiceDefinition<typeof IncidentServiceSettings> = {
  name: 'incident',
  summary: 'Opens, finds and follows incidents; the only service that talks to the ticket system.',
  settings: IncidentServiceSettings,
  port: (settings) => settings.INCIDENT_PORT,
  keepsRawBody: true,
  migrations: 'apps/incident/migrations',
  module: (settings, { host, projectRoot }) =>
    IncidentModule.with(chooseBackend(settings, projectRoot), isLoopback(host)),
};
