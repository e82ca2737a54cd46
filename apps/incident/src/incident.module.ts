import { Module, type DynamicModule } from '@nestjs/common';
import { isLoopback, type ServiceDefinition } from '#service';
import { chooseBackend, type ChosenBackend } from './backend/choose-backend.js';
import { OperationStore } from './carry-out-operations/operation.store.js';
import { OperationWorker } from './carry-out-operations/operation.worker.js';
import { ActionRules } from './change-incident/action-rules.js';
import { ChangeIncidentHandler } from './change-incident/change-incident.handler.js';
import { FindArticlesHandler } from './find-articles/find-articles.handler.js';
import { FindIncidentsHandler } from './find-incidents/find-incidents.handler.js';
import { IncidentFinder } from './find-incidents/incident-finder.js';
import { CallerIdentity } from './identify-caller/caller-identity.js';
import { CodeMailer } from './identify-caller/code.mailer.js';
import { IdentityHandler } from './identify-caller/identity.handler.js';
import { OneTimeCodeStore } from './identify-caller/one-time-code.store.js';
import { IncidentSettings } from './incident.settings.js';
import { FileStore } from './keep-files/file.store.js';
import { KeepFileHandler } from './keep-files/keep-file.handler.js';
import { OpenIncidentHandler } from './open-incident/open-incident.handler.js';
import { RateIncidentHandler } from './rate-incident/rate-incident.handler.js';
import { IS_LOCAL } from './serve-api/api-access.js';
import { BackendHealth } from './serve-api/backend-health.js';
import { IncidentsController } from './serve-api/incidents.controller.js';
import { OperationsController } from './serve-api/operations.controller.js';
import { ServiceNowWebhookController } from './serve-api/servicenow-webhook.controller.js';
import { ShowBackendHandler } from './show-backend/show-backend.handler.js';
import { BackendPause } from './watch-incidents/backend-pause.js';
import { IncidentWatcher } from './watch-incidents/incident.watcher.js';
import { WatchStore } from './watch-incidents/watch.store.js';

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
    ServiceNowWebhookController,
  ],
  providers: [
    OperationStore,
    OperationWorker,
    WatchStore,
    IncidentWatcher,
    BackendPause,
    BackendHealth,
    IncidentFinder,
    ActionRules,
    CallerIdentity,
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

export const incidentService: ServiceDefinition<typeof IncidentSettings> = {
  name: 'incident',
  summary: 'Opens, finds and follows incidents; the only service that talks to the ticket system.',
  settings: IncidentSettings,
  port: (settings) => settings.INCIDENT_PORT,
  keepsRawBody: true,
  migrations: 'apps/incident/migrations',
  module: (settings, { host, projectRoot }) =>
    IncidentModule.with(chooseBackend(settings, projectRoot), isLoopback(host)),
};
