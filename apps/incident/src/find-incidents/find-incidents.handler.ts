import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { IncidentBackend, type FindOutcome } from '../incident-backend.js';

@Controller()
export class FindIncidentsHandler {
  constructor(private readonly backend: IncidentBackend) {}

  @MessagePattern<string>('incident.find.v1')
  find(@Payload() { email }: { email: string }): Promise<FindOutcome> {
    return this.backend.findByCaller(email);
  }
}
