import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString } from 'class-validator';
import { type Assistant } from '#assistant';
import { type Envelope } from '#contracts';
import { ActionRejected, eventToJson, type ActionResult } from '#dialogue-engine';
import { BodyPipe, LOGGER, Problem, type Logger } from '#service';
import { ASSISTANT } from '../actions/assistant.token.js';
import { ActionRegistry } from '../actions/action.registry.js';
import { ActionRunner } from '../actions/action.runner.js';
import { RequestedTracker } from './requested-tracker.js';

/** The part of Fastify's reply that is used here. */
interface Reply {
  status(code: number): Reply;
}

/** A call as Rasa sends it; what else it brings along, such as the domain, is not read. */
export class ActionRequest {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'action_open_incident' })
  @IsOptional()
  @IsString()
  next_action?: string | null;

  @ApiPropertyOptional({ default: 'default' })
  @IsString()
  sender_id: string = 'default';

  @ApiProperty({ type: Object, description: 'the tracker of the conversation' })
  @IsObject()
  tracker: Record<string, unknown> = {};
}

const actionRequest = new BodyPipe(ActionRequest);

/** What Rasa's SDK fills in where a message says nothing. */
const EMPTY_MESSAGE = {
  text: null,
  buttons: [],
  elements: [],
  custom: {},
  template: null,
  response: null,
  image: null,
  attachment: null,
};

/** Our actions for others: the webhook protocol of Rasa's action servers. */
@ApiTags('actions')
@Controller()
export class WebhookController {
  constructor(
    private readonly registry: ActionRegistry,
    private readonly runner: ActionRunner,
    @Inject(ASSISTANT) private readonly assistant: Assistant,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('health')
  @ApiOperation({ summary: 'The server runs.' })
  health(): { status: string } {
    return { status: 'ok' };
  }

  @Get('actions')
  @ApiOperation({ summary: 'The names of all actions.' })
  actions(): { name: string }[] {
    return this.registry.names.map((name) => ({ name }));
  }

  @Post('webhook')
  @HttpCode(200)
  @ApiBody({ type: ActionRequest })
  @ApiOperation({ summary: 'Runs an action; 400 when it declines, 404 when there is none of that name.' })
  async run(@Body() body: unknown, @Res({ passthrough: true }) reply: Reply): Promise<unknown> {
    let request: ActionRequest;
    try {
      request = await actionRequest.read(body);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      reply.status(422);
      return { error: `The call is not valid: ${error.detail}.`, action_name: null };
    }
    const { next_action: name } = request;
    // As Rasa's servers do: nothing asked, nothing done.
    if (!name) return null;
    if (!this.registry.find(name)) {
      reply.status(404);
      return { error: `There is no action ${name} here.`, action_name: name };
    }
    try {
      return answer(await this.runner.run(this.contextOf(name, request)));
    } catch (error) {
      if (error instanceof ActionRejected) {
        reply.status(400);
        return { error: `The action ${name} declined.`, action_name: name };
      }
      this.logger.error({ err: error, action: name }, 'An action failed.');
      reply.status(500);
      return { error: `The action ${name} failed; the log of the action server says why.`, action_name: name };
    }
  }

  private contextOf(name: string, { sender_id, tracker: json }: ActionRequest) {
    const { domain } = this.assistant;
    const tracker = new RequestedTracker(sender_id, json, domain);
    const inputChannel = tracker.latestInputChannel ?? 'rest';
    return {
      name,
      tracker,
      domain,
      inputChannel,
      outputChannel: inputChannel,
      messageId: tracker.latestMessage.message_id ?? randomUUID(),
      // The conversation is not ours to hand over; whoever asked is told where it should go.
      isFromHost: true,
      handOver: () => undefined,
      cause: causeOf(sender_id),
    };
  }
}

const answer = ({ events, responses }: ActionResult) => ({
  events: events.map(eventToJson),
  responses: responses.map((response) => ({ ...EMPTY_MESSAGE, ...response })),
});

/** What an action sends over the bus begins with the call, which came over HTTP. */
function causeOf(conversationId: string): Envelope {
  const id = randomUUID();
  return {
    specversion: '1.0',
    id,
    source: 'actions',
    type: 'action.requested.v1',
    subject: conversationId,
    time: new Date().toISOString(),
    correlationid: id,
    data: undefined,
  };
}
