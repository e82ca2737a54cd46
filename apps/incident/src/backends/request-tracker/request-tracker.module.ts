import { HttpModule, HttpService } from '@nestjs/axios';
import { Module, type DynamicModule } from '@nestjs/common';
import { LOGGER, type Logger } from '#service';
import { IncidentBackend } from '../../ports/incident-backend.js';
import { RequestTrackerBackend } from './request-tracker.backend.js';
import { type RequestTrackerConfig } from './client/request-tracker.config.js';

/** Stores incidents in Request Tracker. */
@Module({ imports: [HttpModule], exports: [IncidentBackend] })
export class RequestTrackerModule {
  static with(config: RequestTrackerConfig): DynamicModule {
    return {
      module: RequestTrackerModule,
      providers: [
        {
          provide: IncidentBackend,
          inject: [HttpService, LOGGER],
          useFactory: (http: HttpService, logger: Logger) => new RequestTrackerBackend(config, { http, logger }),
        },
      ],
    };
  }
}
