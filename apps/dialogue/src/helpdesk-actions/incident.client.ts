import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { BusUnavailableError, MessageBus, RequestFailedError, RequestTimeoutError } from '#bus';
import {
  ArticleFind,
  BackendShow,
  CallerFind,
  IdentityChallenge,
  IdentityConfirm,
  IncidentChange,
  IncidentFind,
  IncidentOpen,
  IncidentRate,
  type Contract,
  type DataOf,
  type Priority,
  type ReplyOf,
  type Requester,
} from '#contracts';
import { SETTINGS } from '#service';
import { type DialogueSettings } from '../settings/dialogue.settings.js';
import { type ActionContext } from '../actions/action.js';

/**
 * Extra time to wait for an answer that was sent just before the deadline, in milliseconds. A later outcome reaches the
 * person as a separate message.
 */
const SLACK_MS = 2_000;

/**
 * How long the capabilities of the ticket system are cached, in milliseconds. Another ticket system needs a restart of
 * the incident service.
 */
const REMEMBERED_MS = 60_000;

type Recorded = { kind: 'recorded' };
type Capabilities = ReplyOf<typeof BackendShow>;

/** Calls the incident service for an action, on behalf of the person. */
@Injectable()
export class IncidentClient {
  private known: { capabilities: Promise<Capabilities | undefined>; until: number } | undefined;

  constructor(
    private readonly bus: MessageBus,
    @Inject(SETTINGS) private readonly settings: DialogueSettings,
  ) {}

  /**
   * Opens an incident, only once for each message of the person. Returns `recorded` also when the service does not
   * answer, because the broker has the command.
   * @throws BusUnavailableError when the broker does not have the command
   */
  open(
    context: ActionContext,
    email: string,
    incident: { title: string; description: string; priority: Priority },
  ): Promise<ReplyOf<typeof IncidentOpen>> {
    return this.order(IncidentOpen, context, { ...requesterOf(context, email), ...incident });
  }

  /** Changes an incident of the person. Behaves like `open`. */
  change(
    context: ActionContext,
    email: string,
    number: string,
    action: DataOf<typeof IncidentChange>['action'],
  ): Promise<ReplyOf<typeof IncidentChange>> {
    return this.order(IncidentChange, context, { ...requesterOf(context, email), number, action });
  }

  /** Finds the person's incidents. Returns `unavailable` also when the incident service is unavailable. */
  async find(
    context: ActionContext,
    email: string,
    wanted: Pick<DataOf<typeof IncidentFind>, 'number' | 'about' | 'leastRelevance' | 'onlyOpen'> = {},
  ): Promise<ReplyOf<typeof IncidentFind>> {
    const found = await this.ask(IncidentFind, context, { ...requesterOf(context, email), ...wanted });
    return found ?? { kind: 'unavailable' };
  }

  /** The capabilities of the ticket system; none while the incident service is unavailable. */
  async can({ cause }: Pick<ActionContext, 'cause'>): Promise<Capabilities> {
    if (!this.known || this.known.until < performance.now()) {
      const capabilities = this.ask(BackendShow, { cause }, { part: 'capabilities' });
      this.known = { capabilities, until: performance.now() + REMEMBERED_MS };
    }
    const known = await this.known.capabilities;
    if (!known) this.known = undefined;
    return known ?? { incidents: false, callers: false, articles: false };
  }

  /** Whether the ticket system knows this address. Returns `unchecked` also when the check is impossible. */
  async knows(context: ActionContext, email: string): Promise<ReplyOf<typeof CallerFind>['kind']> {
    if (!(await this.can(context)).callers) return 'unchecked';
    const { conversationId } = context.tracker;
    return (await this.ask(CallerFind, context, { email, conversationId }))?.kind ?? 'unchecked';
  }

  /** Finds articles that may help. Returns an empty list also when the search fails. */
  async articles(context: ActionContext, text: string): Promise<ReplyOf<typeof ArticleFind>['articles']> {
    if (!(await this.can(context)).articles) return [];
    return (await this.ask(ArticleFind, context, { text }))?.articles ?? [];
  }

  /** Sends a one-time code to the address. */
  async sendCode(context: ActionContext, email: string): Promise<ReplyOf<typeof IdentityChallenge>['kind']> {
    const { tracker, messageId } = context;
    const requestId = idOf(tracker.conversationId, messageId);
    const answer = await this.ask(IdentityChallenge, context, {
      email,
      conversationId: tracker.conversationId,
      requestId,
    });
    return answer?.kind ?? 'unavailable';
  }

  /** Checks a one-time code. Returns undefined when the check is impossible. */
  async tryCode(
    context: ActionContext,
    email: string,
    code: string,
  ): Promise<ReplyOf<typeof IdentityConfirm>['kind'] | undefined> {
    const { tracker, messageId } = context;
    const requestId = idOf(tracker.conversationId, messageId);
    const { conversationId } = tracker;
    return (await this.ask(IdentityConfirm, context, { email, conversationId, code, requestId }))?.kind;
  }

  /** Stores a rating. Returns undefined when the incident service is unavailable. */
  rate(context: ActionContext, number: string, stars: number): Promise<ReplyOf<typeof IncidentRate> | undefined> {
    const { conversationId } = context.tracker;
    return this.ask(IncidentRate, context, { conversationId, number, stars });
  }

  private async order<C extends typeof IncidentOpen | typeof IncidentChange>(
    contract: C,
    { tracker, messageId, cause }: ActionContext,
    order: object,
  ): Promise<ReplyOf<C> | Recorded> {
    const { INCIDENT_TIMEOUT_MS: timeoutMs } = this.settings;
    const operationId = idOf(tracker.conversationId, messageId);
    const answerBy = new Date(Date.now() + timeoutMs).toISOString();
    try {
      const data = { ...order, operationId, answerBy } as DataOf<C>;
      return await this.bus.request(contract, data, { cause, timeoutMs: timeoutMs + SLACK_MS });
    } catch (error) {
      if (error instanceof RequestTimeoutError) return { kind: 'recorded' };
      throw error;
    }
  }

  private async ask<C extends Contract>(
    contract: C,
    { cause }: Pick<ActionContext, 'cause'>,
    data: DataOf<C>,
  ): Promise<ReplyOf<C> | undefined> {
    try {
      return await this.bus.request(contract, data, { cause, timeoutMs: this.settings.INCIDENT_TIMEOUT_MS });
    } catch (error) {
      if (isUnavailable(error)) return undefined;
      throw error;
    }
  }
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof RequestTimeoutError || error instanceof RequestFailedError || error instanceof BusUnavailableError;

const requesterOf = ({ tracker, assertedEmail }: ActionContext, email: string): Requester => ({
  email,
  conversationId: tracker.conversationId,
  ...(assertedEmail !== undefined && { assertedEmail }),
});

/** The id of the operation. It depends on the message alone, so a repeated turn asks for the same operation. */
const idOf = (conversationId: string, messageId: string): string =>
  createHash('sha256')
    .update(JSON.stringify([conversationId, messageId]))
    .digest('hex');
