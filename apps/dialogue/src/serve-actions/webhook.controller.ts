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

/** An action call in Rasa's format. Its other fields, such as the domain, are ignored. */
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

/** The fields that Rasa's SDK always writes, with the values of an empty message. */
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

/** Serves the bundled actions to other programs over the webhook protocol of Rasa's action servers. */
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
  @ApiOperation({ summary: 'Answers while the server runs.' })
  health(): { status: string } {
    return { status: 'ok' };
  }

  @Get('actions')
  @ApiOperation({ summary: 'Lists the names of all actions.' })
  actions(): { name: string }[] {
    return this.registry.names.map((name) => ({ name }));
  }

  @Post('webhook')
  @HttpCode(200)
  @ApiBody({ type: ActionRequest })
  @ApiOperation({
    summary: 'Runs an action. Answers 400 when the action declines, 404 when there is no action of that name.',
  })
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
    // Like Rasa's servers, a call without an action name does nothing.
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
      // The conversation belongs to the caller, who has to hand it over; the answer names the host.
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

/** The envelope that causes the action's bus messages. The call came over HTTP, so it has no envelope of its own. */
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
