import { Body, Controller, Header, HttpCode, Inject, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { LOGGER, type Logger, Problem } from '#service';
import { ApiGuard } from '../authentication/api.guard.js';
import { NeedsModelGuard } from './needs-model.guard.js';
import { readFlag } from './request-parts.js';
import { type TrainedModel, TrainingClient } from './training.client.js';

const CALLBACK_TIMEOUT_MS = 30_000;

/** Training and testing over Rasa's HTTP API. */
@ApiTags('HTTP API: model')
@ApiQuery({ name: 'token', required: false, description: 'the --auth-token' })
@Controller('model')
@UseGuards(ApiGuard)
export class TrainingController {
  constructor(
    private readonly trainer: TrainingClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post('train')
  @HttpCode(200)
  @Header('access-control-expose-headers', 'filename')
  @ApiConsumes('application/yaml')
  @ApiBody({ schema: { type: 'string', example: 'nlu:\n- intent: greet\n  examples: |\n    - hello\n' } })
  @ApiQuery({ name: 'save_to_default_model_directory', required: false, description: 'default `true`' })
  @ApiQuery({ name: 'force_training', required: false, description: 'default `false`' })
  @ApiQuery({
    name: 'callback_url',
    required: false,
    description: 'URL to which the model is posted; the answer is then 204',
  })
  @ApiOperation({
    summary: 'Trains a model on configuration, domain and data in one YAML document, and returns the model.',
  })
  async train(
    @Body() body: unknown,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const asked = {
      yaml: yamlOf(body),
      isForced: readFlag('force_training', query['force_training'], false),
      isKept: readFlag('save_to_default_model_directory', query['save_to_default_model_directory'], true),
    };
    const callback = callbackOf(query['callback_url']);
    const training = this.trainer.train(asked);
    if (callback) {
      void this.callBack(callback, training);
      void reply.status(204);
      return undefined;
    }
    const { fileName, content } = await training;
    void reply.type('application/octet-stream').header('filename', fileName);
    return content;
  }

  @Post('test/intents')
  @HttpCode(200)
  @ApiConsumes('application/yaml', 'application/json')
  @ApiBody({ schema: { type: 'string', example: 'nlu:\n- intent: greet\n  examples: |\n    - hello\n' } })
  @ApiQuery({ name: 'cross_validation_folds', required: false })
  @ApiOperation({ summary: 'Evaluates the model on labelled texts.' })
  testIntents(@Body() body: unknown, @Query() query: Record<string, unknown>): Promise<unknown> {
    if (query['model'] !== undefined) throw bad('Another "model" cannot be tested here; load it with PUT /model.');
    const folds = query['cross_validation_folds'];
    if (folds === undefined) return this.trainer.test({ subject: 'intents', yaml: yamlOf(body) });
    const count = Number(folds);
    if (!Number.isInteger(count) || count < 2 || count > 100)
      throw bad('cross_validation_folds must be a whole number from 2 to 100.');
    return this.trainer.test({ subject: 'intents', yaml: yamlOf(body), folds: count });
  }

  @Post('test/stories')
  @HttpCode(200)
  @UseGuards(NeedsModelGuard)
  @ApiConsumes('application/yaml')
  @ApiBody({ schema: { type: 'string', example: 'stories:\n- story: hello\n  steps:\n  - intent: greet\n' } })
  @ApiQuery({ name: 'e2e', required: false, description: '`true`: also tests the NLU on the texts of the stories' })
  @ApiOperation({ summary: 'Compares the predicted actions with test stories.' })
  testStories(@Body() body: unknown, @Query() query: Record<string, unknown>): Promise<unknown> {
    if (query['model'] !== undefined) throw bad('Another "model" cannot be tested here; load it with PUT /model.');
    const isEndToEnd = readFlag('e2e', query['e2e'], false);
    return this.trainer.test({ subject: 'stories', yaml: yamlOf(body), isEndToEnd });
  }

  private async callBack(url: string, training: Promise<TrainedModel>): Promise<void> {
    const answer = await training.then(
      ({ fileName, content }) => ({ body: new Uint8Array(content), headers: { filename: fileName } }),
      (error: unknown) => ({ body: JSON.stringify({ status: 'failure', message: reasonOf(error) }), headers: {} }),
    );
    const signal = AbortSignal.timeout(CALLBACK_TIMEOUT_MS);
    await fetch(url, { method: 'POST', ...answer, signal, redirect: 'error' }).catch((error: unknown) =>
      this.logger.warn({ err: error }, 'The callback of a training could not be reached.'),
    );
  }
}

const bad = (detail: string): Problem => new Problem(400, { detail });

function yamlOf(body: unknown): string {
  if (typeof body === 'string' && body.trim() !== '') return body;
  throw bad('The body must be a YAML document with the data.');
}

function callbackOf(given: unknown): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && URL.canParse(given) && /^https?:/i.test(given)) return given;
  throw bad('callback_url must be an http or https URL.');
}

function reasonOf(error: unknown): string {
  return error instanceof Problem ? error.detail : 'The training failed.';
}
