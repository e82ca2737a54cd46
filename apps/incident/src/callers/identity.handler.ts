import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type CallerFind, type DataOf, type IdentityChallenge, type IdentityConfirm, type ReplyOf } from '#contracts';
import { LOGGER, SETTINGS, type Logger } from '#service';
import { BackendFailure } from '../ports/backend-failure.js';
import { IncidentBackend } from '../ports/incident-backend.js';
import { type IncidentSettings } from '../settings/incident.settings.js';
import { CallerIdentityService } from './caller-identity.service.js';
import { CodeMailer } from './code.mailer.js';
import { OneTimeCodeStore } from './one-time-code.store.js';
import { RateLimit } from './rate-limit.js';

/** Unknown addresses that a conversation may look up per hour, and all conversations together per minute. */
const UNKNOWN_AN_HOUR = 5;
const UNKNOWN_A_MINUTE = 60;

@Controller()
export class IdentityHandler {
  private readonly perConversation = new RateLimit(UNKNOWN_AN_HOUR, 3_600_000);
  private readonly together = new RateLimit(UNKNOWN_A_MINUTE, 60_000);

  constructor(
    private readonly backend: IncidentBackend,
    private readonly identity: CallerIdentityService,
    private readonly codes: OneTimeCodeStore,
    private readonly mailer: CodeMailer,
    @Inject(SETTINGS) private readonly settings: IncidentSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Catches a mistyped address before somebody describes a problem under it. After many attempts it reveals nothing more. */
  @MessagePattern<string>('caller.find.v1')
  async find(@Payload() { email, conversationId }: DataOf<typeof CallerFind>): Promise<ReplyOf<typeof CallerFind>> {
    if (!this.backend.capabilities.knowsCallers) return { kind: 'unchecked' };
    if (this.perConversation.isReached(conversationId) || this.together.isReached('')) return { kind: 'unchecked' };
    try {
      if (await this.backend.findCaller(email)) return { kind: 'known' };
    } catch (error) {
      if (!(error instanceof BackendFailure)) throw error;
      this.logger.warn({ kind: error.kind }, 'an address could not be looked up');
      return { kind: 'unchecked' };
    }
    this.perConversation.count(conversationId);
    this.together.count('');
    return { kind: 'unknown' };
  }

  /** Answers before it is known whether the person exists, and always in the same way. */
  @MessagePattern<string>('identity.challenge.v1')
  async challenge(
    @Payload() { email, conversationId, requestId }: DataOf<typeof IdentityChallenge>,
  ): Promise<ReplyOf<typeof IdentityChallenge>> {
    if (!this.mailer.canSend) return { kind: 'unavailable' };
    const issued = await this.codes.issue(requestId, conversationId, email, new Date());
    if (issued.kind === 'limited') return { kind: 'limited' };
    if (issued.kind === 'issued') void this.sendToKnown(email, issued.code);
    return { kind: 'sent' };
  }

  @MessagePattern<string>('identity.confirm.v1')
  async confirm(
    @Payload() { email, conversationId, code }: DataOf<typeof IdentityConfirm>,
  ): Promise<ReplyOf<typeof IdentityConfirm>> {
    const verdict = await this.codes.redeem(conversationId, email, code, new Date());
    // For a redelivered command, the code is already used up.
    if (verdict === 'expired' && (await this.identity.levelOf({ email, conversationId })) === 'confirmed')
      return { kind: 'confirmed' };
    if (verdict !== 'right') return { kind: verdict };
    const until = new Date(Date.now() + this.settings.CONFIRMED_MINUTES * 60_000);
    await this.identity.confirm(conversationId, email, until);
    return { kind: 'confirmed' };
  }

  /** Sends mail only to people in the ticket system, so that nobody can make us write to strangers. */
  private async sendToKnown(email: string, code: string): Promise<void> {
    try {
      const caller = this.backend.capabilities.knowsCallers ? await this.backend.findCaller(email) : { email };
      if (caller) this.mailer.send(caller.email, code);
    } catch (error) {
      this.logger.warn({ err: error }, 'a one-time code could not be sent');
    }
  }
}
