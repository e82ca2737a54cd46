import { Body, Controller, Delete, Get, Headers, HttpCode, Post, Put, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { stringify } from 'yaml';
import { AssistantShow, ConversationPredict, ModelReplace, ModelShow, TextParse } from '#contracts';
import { BodyPipe, Problem, type Fields } from '#service';
import { ConversationQueue } from '../accept-message/conversation-queue.service.js';
import { ApiGuard } from '../authentication/api.guard.js';
import { EventListPipe } from './conversation-bodies.js';
import { InnerServicesClient } from './inner-services.client.js';
import { NeedsModelGuard } from './needs-model.guard.js';
import { ParseBody, ReplaceBody } from './model-bodies.js';
import { readTrackerQuery, type TrackerQuery } from './request-parts.js';
import { TrainingClient } from './training.client.js';

/** The model over Rasa's HTTP API: its status and its predictions. */
@ApiTags('HTTP API: model')
@ApiQuery({ name: 'token', required: false, description: 'the --auth-token' })
@Controller()
@UseGuards(ApiGuard)
export class ModelController {
  constructor(
    private readonly inner: InnerServicesClient,
    private readonly queue: ConversationQueue,
    private readonly trainer: TrainingClient,
  ) {}

  @Get('status')
  @UseGuards(NeedsModelGuard)
  @ApiOperation({ summary: 'Returns the status of the served model.' })
  async status(): Promise<unknown> {
    const { file, fingerprint } = await this.inner.ask(ModelShow, { part: 'origin' });
    return { model_file: file, model_id: fingerprint, num_active_training_jobs: this.trainer.active };
  }

  @Get('domain')
  @UseGuards(NeedsModelGuard)
  @ApiOperation({
    summary:
      'Returns the domain in the format of `Accept`: application/json (the default) or application/yaml; otherwise 406.',
  })
  async domain(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const isYaml = accept !== undefined && /ya?ml$/i.test(accept);
    if (!isYaml && accept !== undefined && !/json$/i.test(accept))
      throw new Problem(406, { detail: 'Accept must be application/json or application/yaml.' });
    const { domain } = await this.inner.ask(AssistantShow, { part: 'domain' });
    if (!isYaml) return domain;
    void reply.type('application/x-yaml; charset=utf-8');
    return stringify(domain);
  }

  @Post('model/parse')
  @HttpCode(200)
  @UseGuards(NeedsModelGuard)
  @ApiOperation({ summary: 'Returns intent, ranking and entities of a text. Records nothing.' })
  @ApiBody({ type: ParseBody })
  async parse(
    @Body(new BodyPipe(ParseBody)) { text, message_id }: Fields<ParseBody>,
    @Query('emulation_mode') emulation?: string,
  ): Promise<unknown> {
    if (emulation !== undefined)
      throw new Problem(400, {
        detail: 'emulation_mode is not supported: the answer is always in the format of Rasa.',
      });
    return this.inner.ask(TextParse, { text, ...(message_id !== undefined && { messageId: message_id }) });
  }

  @Post('model/predict')
  @HttpCode(200)
  @UseGuards(NeedsModelGuard)
  @ApiOperation({ summary: 'Predicts the next action after a list of events. Records nothing.' })
  @ApiBody({ schema: { example: [{ event: 'action', name: 'action_listen' }] } })
  @ApiQuery({ name: 'include_events', required: false })
  async predict(
    @Body(EventListPipe) events: Record<string, unknown>[],
    @Query() query: TrackerQuery,
  ): Promise<unknown> {
    const { include } = readTrackerQuery(query);
    const asked = { conversationId: 'default', include, events };
    const { kind: _, ...prediction } = await this.inner.ask(ConversationPredict, asked);
    return prediction;
  }

  @Put('model')
  @HttpCode(204)
  @ApiOperation({ summary: 'Serves another model from the folder of models.' })
  @ApiBody({ type: ReplaceBody })
  async replace(@Body(new BodyPipe(ReplaceBody)) { model_file: file }: Fields<ReplaceBody>): Promise<void> {
    if (file === undefined)
      throw new Problem(400, { detail: 'Name a "model_file"; model servers and remote storages are not supported.' });
    await this.inner.ask(ModelReplace, { file });
    this.queue.close(undefined);
  }

  @Delete('model')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes the assistant out of service until the next PUT.' })
  unload(): void {
    this.queue.close('No model is loaded.');
  }
}
