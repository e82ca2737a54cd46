import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type DataOf, type IncidentChange, type ReplyOf } from '#contracts';
import { SETTINGS } from '#service';
import { OperationWorker } from './operation.worker.js';
import { CallerIdentityService } from '../callers/caller-identity.service.js';
import { type IncidentSettings } from '../settings/incident.settings.js';
import { FileStore } from '../files/file.store.js';
import { WatchStore } from '../storage/watch.store.js';
import { remainingMs } from './remaining-time.js';

@Controller()
export class ChangeIncidentHandler {
  constructor(
    private readonly worker: OperationWorker,
    private readonly identity: CallerIdentityService,
    private readonly files: FileStore,
    private readonly watches: WatchStore,
    @Inject(SETTINGS) private readonly settings: IncidentSettings,
  ) {}

  /** Executes a change at most once per operation id. With an unconfirmed address, only incidents opened in the same conversation can change. */
  @MessagePattern<string>('incident.change.v1')
  async change(@Payload() command: DataOf<typeof IncidentChange>): Promise<ReplyOf<typeof IncidentChange>> {
    const { operationId, email, conversationId, number, action, answerBy } = command;
    const isClaimed = (await this.identity.levelOf(command)) === 'claimed';
    if (isClaimed && !(await this.watches.knownIn(conversationId)).has(number))
      return { kind: 'refused', reason: 'not-confirmed' };
    if (action.kind === 'attach' && !(await this.files.isOf(action.fileId, conversationId ?? '')))
      return { kind: 'refused', reason: 'not-found' };
    const asked = { email, ...(conversationId !== undefined && { conversationId }) };
    const outcome = await this.worker.execute(
      operationId,
      { kind: 'change', ...asked, number, action },
      remainingMs(answerBy, this.settings.INCIDENT_ANSWER_WITHIN_MS),
    );
    if (outcome.kind === 'opened') throw new Error('Two different operations have the same id.');
    return outcome;
  }
}
