import { Module } from '@nestjs/common';
import { type ServiceDefinition } from '#service';
import { FindIncidentsHandler } from './find-incidents/find-incidents.handler.js';
import { IncidentBackend } from './incident-backend.js';
import { IncidentSettings } from './incident.settings.js';
import { LocalModeBackend } from './local-mode.backend.js';
import { OpenIncidentHandler } from './open-incident/open-incident.handler.js';
import { OperationStore } from './open-incident/operation.store.js';

@Module({
  controllers: [OpenIncidentHandler, FindIncidentsHandler],
  providers: [OperationStore, { provide: IncidentBackend, useClass: LocalModeBackend }],
})
export class IncidentModule {}

export const incidentService: ServiceDefinition<typeof IncidentSettings> = {
  name: 'incident',
  summary: 'Opens and finds incidents; the only service that talks to the ticket system.',
  settings: IncidentSettings,
  port: (settings) => settings.INCIDENT_PORT,
  migrations: 'apps/incident/migrations',
  module: () => ({ module: IncidentModule }),
};
