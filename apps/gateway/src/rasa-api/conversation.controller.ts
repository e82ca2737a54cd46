import { Body, Controller, Get, Header, HttpCode, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ConversationNarrate, ConversationPredict, ConversationShow, TextParse } from '#contracts';
import { BodyPipe, Problem, type Fields } from '#service';
import { ConversationIdPipe } from '../accept-message/conversation-id.pipe.js';
import { textProblem } from '../accept-message/message.validation.js';
import { ApiGuard } from '../authentication/api.guard.js';
import { EventListPipe, ExecuteBody, MessageBody, TriggerBody, understandingOf } from './conversation-bodies.js';
import { InnerServicesClient } from './inner-services.client.js';
import { NeedsModelGuard } from './needs-model.guard.js';
import { readFlag, readTrackerQuery, readUntil, type TrackerQuery } from './request-parts.js';

type Tracker = Record<string, unknown>;
const eventList = new EventListPipe();

/** Conversations over Rasa's HTTP API. Forwards the requests to the dialogue service, which owns the conversations. */
@ApiTags('HTTP API: conversations')
@ApiParam({ name: 'conversationId', description: 'the sender of the REST channel; any text, percent-encoded' })
@ApiQuery({ name: 'token', required: false, description: 'the --auth-token' })
@Controller('conversations/:conversationId')
@UseGuards(ApiGuard, NeedsModelGuard)
export class ConversationController {
  constructor(private readonly inner: InnerServicesClient) {}

  @Get('tracker')
  @ApiOperation({ summary: 'Returns the tracker of the conversation. An unknown conversation has its initial state.' })
  @ApiQuery({ name: 'include_events', required: false, enum: ['NONE', 'APPLIED', 'AFTER_RESTART', 'ALL'] })
  @ApiQuery({
    name: 'until',
    required: false,
    description: 'includes events up to this time, in seconds since the epoch',
  })
  async tracker(
    @Param('conversationId', ConversationIdPipe) conversationId: string,
    @Query() query: TrackerQuery,
    @Query('until') until?: string,
  ): Promise<Tracker> {
    const { include } = readTrackerQuery(query);
    const asked = { conversationId, include, ...readUntil(until) };
    return (await this.inner.ask(ConversationShow, asked, { conversationId })).tracker;
  }

  @Post('tracker/events')
  @HttpCode(200)
  @ApiOperation({ summary: 'Appends one event or a list of events, and returns the tracker.' })
  @ApiBody({ schema: { example: [{ event: 'slot', name: 'email', value: 'ann@example.com' }] } })
  @ApiQuery({ name: 'execute_side_effects', required: false, description: '`true`: sends bot events to the channel' })
  @ApiQuery({ name: 'output_channel', required: false, description: 'a name, or `latest`' })
  @ApiQuery({ name: 'include_events', required: false })
  async append(
    @Param('conversationId', ConversationIdPipe) conversationId: string,
    @Body() body: unknown,
    @Query() query: TrackerQuery,
    @Query('execute_side_effects') sideEffects?: string,
  ): Promise<Tracker> {
    const events = eventList.transform(Array.isArray(body) ? body : [body]);
    const isActedOn = readFlag('execute_side_effects', sideEffects, false);
    const change = { kind: 'append', events, isActedOn } as const;
    return (await this.inner.change(conversationId, change, readTrackerQuery(query))).tracker;
  }

  @Put('tracker/events')
  @ApiOperation({ summary: 'Replaces the events of the conversation with a list of events, and returns the tracker.' })
  @ApiBody({ schema: { example: [{ event: 'session_started' }, { event: 'action', name: 'action_listen' }] } })
  @ApiQuery({ name: 'include_events', required: false })
  async replace(
    @Param('conversationId', ConversationIdPipe) conversationId: string,
    @Body(EventListPipe) events: Tracker[],
    @Query() query: TrackerQuery,
  ): Promise<Tracker> {
    const change = { kind: 'replace', events } as const;
    return (await this.inner.change(conversationId, change, readTrackerQuery(query))).tracker;
  }

  @Get('story')
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'Returns the conversation as a training story in YAML.' })
  @ApiQuery({ name: 'until', required: false })
  @ApiQuery({ name: 'all_sessions', required: false, description: '`true`: one story for each session' })
  async story(
    @Param('conversationId', ConversationIdPipe) conversationId: string,
    @Query('until') until?: string,
    @Query('all_sessions') all?: string,
  ): Promise<string> {
    const asked = { conversationId, ...readUntil(until), allSessions: readFlag('all_sessions', all, false) };
    return (await this.inner.ask(ConversationNarrate, asked, { conversationId })).yaml;
  }

  @Post('execute')
  @HttpCode(200)
  @ApiOperation({ summary: 'Runs an action in the conversation.', deprecated: true })
  @ApiBody({ type: ExecuteBody })
  @ApiQuery({ name: 'output_channel', required: false })
  @ApiQuery({ name: 'include_events', required: false })
  async execute(
    @Param('conversationId', ConversationIdPipe) conversationId: string,
    @Body(new BodyPipe(ExecuteBody)) { name, policy, confidence }: Fields<ExecuteBody>,
    @Query() query: TrackerQuery,
  ): Promise<unknown> {
    const by = { ...(policy != null && { policy }), ...(confidence != null && { confidence }) };
    const change = { kind: 'execute', action: name, ...by } as const;
    return shown(await this.inner.change(conversationId, change, readTrackerQuery(query)));
  }

  @Post('trigger_intent')
  @HttpCode(200)
  @ApiOperation({ summary: 'Handles an intent as if the person had expressed it.' })
  @ApiBody({ type: TriggerBody })
  @ApiQuery({ name: 'output_channel', required: false })
  @ApiQuery({ name: 'include_events', required: false })
  async triggerIntent(
    @Param('conversationId', ConversationIdPipe) conversationId: string,
    @Body(new BodyPipe(TriggerBody)) { name, entities }: Fields<TriggerBody>,
    @Query() query: TrackerQuery,
  ): Promise<unknown> {
    const change = { kind: 'trigger', intent: name, ...(entities && { entities }) } as const;
    return shown(await this.inner.change(conversationId, change, readTrackerQuery(query)));
  }

  @Post('predict')
  @HttpCode(200)
  @ApiOperation({ summary: 'Predicts the next action, with the score of every action. Does not run it.' })
  @ApiQuery({ name: 'include_events', required: false })
  async predict(
    @Param('conversationId', ConversationIdPipe) conversationId: string,
    @Query() query: TrackerQuery,
  ): Promise<unknown> {
    const { include } = readTrackerQuery(query);
    const { kind: _, ...prediction } = await this.inner.ask(
      ConversationPredict,
      { conversationId, include },
      { conversationId },
    );
    return prediction;
  }

  @Post('messages')
  @HttpCode(200)
  @ApiOperation({ summary: 'Records a message of the person and fills slots. The assistant does not answer.' })
  @ApiBody({ type: MessageBody })
  @ApiQuery({ name: 'include_events', required: false })
  async message(
    @Param('conversationId', ConversationIdPipe) conversationId: string,
    @Body(new BodyPipe(MessageBody)) message: Fields<MessageBody>,
    @Query() query: TrackerQuery,
  ): Promise<Tracker> {
    const { text, sender, parse_data, metadata } = message;
    if (sender !== 'user')
      throw new Problem(400, {
        detail: 'Only messages of the sender "user" can be recorded. For other senders, append events.',
      });
    const problem = textProblem(text);
    if (problem) throw new Problem(400, { detail: `${problem}.` });
    const asked = readTrackerQuery(query);
    const understanding = parse_data ? understandingOf(message) : await this.inner.ask(TextParse, { text });
    const change = { kind: 'log', text, understanding, ...(metadata && { metadata }) } as const;
    return (await this.inner.change(conversationId, change, asked)).tracker;
  }
}

const shown = ({ tracker, messages }: { tracker: Tracker; messages: unknown[] }) => ({ tracker, messages });
