import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type DataOf, type IncidentOpen, type ReplyOf } from '#contracts';
import { SETTINGS } from '#service';
import { IncidentBackend } from '../ports/incident-backend.js';
import { OperationWorker } from './operation.worker.js';
import { type IncidentSettings } from '../settings/incident.settings.js';
import { remainingMs } from './remaining-time.js';

@Controller()
export class OpenIncidentHandler {
  constructor(
    private readonly worker: OperationWorker,
    private readonly backend: IncidentBackend,
    @Inject(SETTINGS) private readonly settings: IncidentSettings,
  ) {}

  /** Opens an incident at most once per operation id: a repeated command gets the first outcome. */
  @MessagePattern<string>('incident.open.v1')
  async open(@Payload() command: DataOf<typeof IncidentOpen>): Promise<ReplyOf<typeof IncidentOpen>> {
    if (!this.backend.capabilities.keepsIncidents) return { kind: 'would-open' };
    const { operationId, email, conversationId, title, description, priority, answerBy } = command;
    const asked = { email, ...(conversationId !== undefined && { conversationId }) };
    const outcome = await this.worker.execute(
      operationId,
      { kind: 'open', ...asked, title, description, priority },
      remainingMs(answerBy, this.settings.INCIDENT_ANSWER_WITHIN_MS),
    );
    if (outcome.kind === 'changed') throw new Error('Two different operations have the same id.');
    return outcome;
  }
}
