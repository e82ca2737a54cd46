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

/** An answer leaves in time and takes a little while; what arrives later is told as a message of its own. */
const SLACK_MS = 2_000;

/** For how long it is remembered what the ticket system can do; another one needs a restart of its service. */
const REMEMBERED_MS = 60_000;

type Recorded = { kind: 'recorded' };
type Capabilities = ReplyOf<typeof BackendShow>;

/** What the incident service does for an action, in the name of whoever writes. */
@Injectable()
export class IncidentClient {
  private known: { capabilities: Promise<Capabilities | undefined>; until: number } | undefined;

  constructor(
    private readonly bus: MessageBus,
    @Inject(SETTINGS) private readonly settings: DialogueSettings,
  ) {}

  /**
   * Opens an incident, once for the message that is answered. `recorded` also when the service is silent: the broker
   * has the command.
   * @throws BusUnavailableError when nothing was recorded
   */
  open(
    context: ActionContext,
    email: string,
    incident: { title: string; description: string; priority: Priority },
  ): Promise<ReplyOf<typeof IncidentOpen>> {
    return this.order(IncidentOpen, context, { ...requesterOf(context, email), ...incident });
  }

  /** Does something to an incident of theirs; as `open`. */
  change(
    context: ActionContext,
    email: string,
    number: string,
    action: DataOf<typeof IncidentChange>['action'],
  ): Promise<ReplyOf<typeof IncidentChange>> {
    return this.order(IncidentChange, context, { ...requesterOf(context, email), number, action });
  }

  /** Their incidents; `unavailable` also when the incident service is. */
  async find(
    context: ActionContext,
    email: string,
    wanted: Pick<DataOf<typeof IncidentFind>, 'number' | 'about' | 'leastRelevance' | 'onlyOpen'> = {},
  ): Promise<ReplyOf<typeof IncidentFind>> {
    const found = await this.ask(IncidentFind, context, { ...requesterOf(context, email), ...wanted });
    return found ?? { kind: 'unavailable' };
  }

  /** What the ticket system can be asked for; nothing, while the incident service is away. */
  async can({ cause }: Pick<ActionContext, 'cause'>): Promise<Capabilities> {
    if (!this.known || this.known.until < performance.now()) {
      const capabilities = this.ask(BackendShow, { cause }, { part: 'capabilities' });
      this.known = { capabilities, until: performance.now() + REMEMBERED_MS };
    }
    const known = await this.known.capabilities;
    if (!known) this.known = undefined;
    return known ?? { incidents: false, callers: false, articles: false };
  }

  /** Whether somebody is known by this address; `unchecked` also when nobody can say. */
  async knows(context: ActionContext, email: string): Promise<ReplyOf<typeof CallerFind>['kind']> {
    if (!(await this.can(context)).callers) return 'unchecked';
    const { conversationId } = context.tracker;
    return (await this.ask(CallerFind, context, { email, conversationId }))?.kind ?? 'unchecked';
  }

  /** Articles that may help; none when there are none or they cannot be had. */
  async articles(context: ActionContext, text: string): Promise<ReplyOf<typeof ArticleFind>['articles']> {
    if (!(await this.can(context)).articles) return [];
    return (await this.ask(ArticleFind, context, { text }))?.articles ?? [];
  }

  /** Has a one-time code sent. */
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

  /** Tries a one-time code; undefined when it could not be checked. */
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

  /** Keeps a rating; undefined when the service is away. */
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

/** The same message asks for the same operation, however often its turn is started. */
const idOf = (conversationId: string, messageId: string): string =>
  createHash('sha256')
    .update(JSON.stringify([conversationId, messageId]))
    .digest('hex');
