import { HttpModule, HttpService } from '@nestjs/axios';
import { Module, type DynamicModule } from '@nestjs/common';
import { LOGGER, type Logger } from '#service';
import { IncidentBackend } from '../../ports/incident-backend.js';
import { ServiceNowBackend } from './servicenow.backend.js';
import { type ServiceNowConfig } from './client/servicenow.config.js';

/** Stores incidents in ServiceNow. */
@Module({ imports: [HttpModule], exports: [IncidentBackend] })
export class ServiceNowModule {
  static with(config: ServiceNowConfig): DynamicModule {
    return {
      module: ServiceNowModule,
      providers: [
        {
          provide: IncidentBackend,
          inject: [HttpService, LOGGER],
          useFactory: (http: HttpService, logger: Logger) => new ServiceNowBackend(config, { http, logger }),
        },
      ],
    };
  }
}
