import { createHash } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type DataOf, type IncidentFind, type ReplyOf } from '#contracts';
import { LOGGER, type Logger } from '#service';
import { BackendFailure } from '../ports/backend-failure.js';
import { IncidentBackend } from '../ports/incident-backend.js';
import { CallerIdentityService } from '../callers/caller-identity.service.js';
import { CodeMailer } from '../callers/code.mailer.js';
import { WatchStore } from '../storage/watch.store.js';
import { IncidentFinder } from './incident.finder.js';

/** Most incidents in an answer; nobody reads more in a chat. */
const MOST_SHOWN = 5;
const MADE_UP = ['awaiting triage', 'in progress', 'on hold', 'closed'] as const;

@Controller()
export class FindIncidentsHandler {
  constructor(
    private readonly backend: IncidentBackend,
    private readonly finder: IncidentFinder,
    private readonly identity: CallerIdentityService,
    private readonly mailer: CodeMailer,
    private readonly watches: WatchStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @MessagePattern<string>('incident.find.v1')
  async find(@Payload() query: DataOf<typeof IncidentFind>): Promise<ReplyOf<typeof IncidentFind>> {
    if (!this.backend.capabilities.keepsIncidents) return { kind: 'made-up', state: madeUpState(query.email) };
    const level = await this.identity.levelOf(query);
    const canConfirm = level === 'claimed' && this.mailer.canSend;
    try {
      const known = level === 'claimed' ? await this.watches.knownIn(query.conversationId) : undefined;
      const found = await this.finder.find(query.email, level, query, known);
      if (found === 'withheld') return { kind: 'withheld', canConfirm };
      const shown = found.slice(0, MOST_SHOWN);
      const isPartial = shown.length === 0 || shown.some(({ title }) => title === undefined);
      return { kind: 'found', incidents: shown, level, canConfirm: canConfirm && isPartial };
    } catch (error) {
      if (!(error instanceof BackendFailure)) throw error;
      this.logger.warn({ kind: error.kind }, `incidents could not be read: ${error.message}`);
      return { kind: 'unavailable' };
    }
  }
}

/** A made-up state, the same for every request with the same address. */
function madeUpState(email: string): string {
  const [digest = 0] = createHash('sha256').update(email.toLowerCase()).digest();
  return MADE_UP[digest % MADE_UP.length] ?? MADE_UP[0];
}
