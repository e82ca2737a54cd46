import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { IncidentBackend, type OpenOutcome, type OpenRequest } from '../incident-backend.js';
import { OperationStore } from './operation.store.js';

@Controller()
export class OpenIncidentHandler {
  constructor(
    private readonly operations: OperationStore,
    private readonly backend: IncidentBackend,
  ) {}

  /** Once per operation id: a repeated command gets the recorded outcome. */
  @MessagePattern<string>('incident.open.v1')
  async open(@Payload() request: OpenRequest): Promise<OpenOutcome> {
    const known = await this.operations.begin(request);
    if (known) return known;
    const outcome = await this.backend.open(request);
    await this.operations.finish(request.operationId, outcome);
    return outcome;
  }
}
