import { createHash } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Type } from 'typebox';
import { BusUnavailableError, MessageBus, RequestFailedError, RequestTimeoutError } from '#bus';
import { IncidentFind, IncidentOpen, Priority, type ReplyOf } from '#contracts';
import { type ActionResponse, type ActionResult, type TrackerView } from '#dialogue-engine';
import { SETTINGS } from '#service';
import { type DialogueSettings } from '../dialogue.settings.js';
import { Action, slot, slotAs, textSlot, type ActionContext, type CustomAction } from './action.js';

/** Every form starts from nothing; only the address is kept, to be offered next time. */
const startOver = (email: string): ActionResult['events'] => [
  { event: 'reset_slots' },
  slot('previous_email', email || null),
];

const isUnavailable = (error: unknown): boolean =>
  error instanceof RequestTimeoutError || error instanceof RequestFailedError || error instanceof BusUnavailableError;

/** The broker has the command and will carry it out; after any other failure it would be a lie that it is recorded. */
const isRecorded = (error: unknown): boolean => error instanceof RequestTimeoutError;

/** The answer leaves in time and takes a little while; what arrives later is told as a message of its own. */
const SLACK_MS = 2_000;

@Action('action_open_incident')
export class OpenIncident implements CustomAction {
  constructor(
    private readonly bus: MessageBus,
    @Inject(SETTINGS) private readonly settings: DialogueSettings,
  ) {}

  async run(context: ActionContext): Promise<ActionResult> {
    const events = startOver(textSlot(context.tracker, 'email'));
    if (slotAs(context.tracker, 'confirm', Type.Boolean()) !== true)
      return { events, responses: [{ response: 'utter_incident_not_opened' }] };
    const outcome = await this.open(context);
    return { events, responses: [answerTo(outcome, context.tracker)] };
  }

  private async open({ tracker, messageId, cause }: ActionContext): Promise<ReplyOf<typeof IncidentOpen> | undefined> {
    const priority = slotAs(tracker, 'priority', Priority);
    if (!priority) throw new Error('An incident needs a priority: low, medium or high.');
    const { INCIDENT_TIMEOUT_MS: timeoutMs } = this.settings;
    const incident = {
      operationId: operationId(tracker.conversationId, messageId),
      conversationId: tracker.conversationId,
      answerBy: new Date(Date.now() + timeoutMs).toISOString(),
      email: textSlot(tracker, 'email'),
      title: textSlot(tracker, 'incident_title'),
      description: textSlot(tracker, 'problem_description'),
      priority,
    };
    try {
      return await this.bus.request(IncidentOpen, incident, { cause, timeoutMs: timeoutMs + SLACK_MS });
    } catch (error) {
      if (isRecorded(error)) return undefined;
      throw error;
    }
  }
}

/** The same message asks for the same operation, however often its turn is started. */
const operationId = (conversationId: string, messageId: string): string =>
  createHash('sha256')
    .update(JSON.stringify([conversationId, messageId]))
    .digest('hex');

function answerTo(outcome: ReplyOf<typeof IncidentOpen> | undefined, tracker: TrackerView): ActionResponse {
  switch (outcome?.kind) {
    case 'opened':
      return { response: 'utter_incident_opened', number: outcome.number };
    case 'refused':
      return { response: 'utter_incident_refused', reason: outcome.reason };
    case 'recorded':
      return { response: 'utter_incident_unavailable' };
    case 'would-open':
      // The slots are reset before the answer is recorded, so their values go with it.
      return { response: 'utter_incident_would_open', ...tracker.slots };
    case undefined:
      return { response: 'utter_incident_unavailable' };
  }
}

@Action('action_check_incident_status')
export class CheckIncidentStatus implements CustomAction {
  constructor(
    private readonly bus: MessageBus,
    @Inject(SETTINGS) private readonly settings: DialogueSettings,
  ) {}

  async run({ tracker, cause }: ActionContext): Promise<ActionResult> {
    const email = textSlot(tracker, 'email');
    return { events: startOver(email), responses: await this.statusOf(email, cause) };
  }

  private async statusOf(email: string, cause: ActionContext['cause']): Promise<ActionResponse[]> {
    try {
      const timeoutMs = this.settings.INCIDENT_TIMEOUT_MS;
      const found = await this.bus.request(IncidentFind, { email }, { cause, timeoutMs });
      if (found.kind === 'made-up') return [{ response: 'utter_status_made_up', email, state: found.state }];
      if (found.kind !== 'found') return [{ response: 'utter_status_unavailable' }];
      if (found.incidents.length === 0) return [{ response: 'utter_status_none', email }];
      return found.incidents.map(({ number, title, openedAt, state }) => ({
        response: 'utter_status_line',
        number,
        title: title ?? '',
        opened_at: openedAt ?? '',
        state,
      }));
    } catch (error) {
      if (isUnavailable(error)) return [{ response: 'utter_status_unavailable' }];
      throw error;
    }
  }
}
