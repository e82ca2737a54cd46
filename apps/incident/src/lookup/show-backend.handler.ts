import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { type BackendShow, type ReplyOf } from '#contracts';
import { IncidentBackend } from '../ports/incident-backend.js';

@Controller()
export class ShowBackendHandler {
  constructor(private readonly backend: IncidentBackend) {}

  @MessagePattern<string>('backend.show.v1')
  show(): ReplyOf<typeof BackendShow> {
    const { keepsIncidents, knowsCallers, articles } = this.backend.capabilities;
    return { incidents: keepsIncidents, callers: knowsCallers, articles };
  }
}
