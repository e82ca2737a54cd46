import { randomUUID } from 'node:crypto';
import { type Readable } from 'node:stream';
import { Controller, Headers, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { BusUnavailableError, MessageBus, RequestTimeoutError } from '#bus';
import { FileKeep, type DataOf, type ReplyOf } from '#contracts';
import { Problem, SETTINGS } from '#service';
import { ConversationIdPipe } from '../../accept-message/conversation-id.pipe.js';
import { type GatewaySettings } from '../../settings/gateway.settings.js';
import { readBody } from './file-body.js';
import { FileLimitsService } from './file-limits.service.js';
import { fileNameOf } from './file-name.js';

const MEDIA_TYPE = /^[\w.+-]{1,50}\/[\w.+-]{1,49}$/;

/**
 * Receives files that people want to attach to an incident. A file is stored for its conversation until a message
 * there, `/file_sent{"file_id": "…"}`, asks to attach it.
 */
@ApiTags('channels')
@Controller('webhooks/files')
export class FileController {
  constructor(
    private readonly bus: MessageBus,
    private readonly limits: FileLimitsService,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  @Post(':conversationId')
  @ApiOperation({ summary: 'Stores a file of a conversation for a day, so that it can be attached to an incident.' })
  @ApiParam({ name: 'conversationId', description: 'The sender or session id.' })
  @ApiHeader({
    name: 'X-File-Name',
    required: true,
    description: 'Percent-encoded UTF-8.',
    example: 'screen%20shot.png',
  })
  @ApiConsumes('image/png', 'image/jpeg', 'application/pdf', 'text/plain', 'application/zip')
  @ApiBody({ description: 'The bytes of the file.', schema: { type: 'string', format: 'binary' } })
  @ApiCreatedResponse({
    schema: { type: 'object', properties: { file_id: { type: 'string' } }, required: ['file_id'] },
  })
  async take(
    @Param('conversationId', ConversationIdPipe) conversationId: string,
    @Headers('x-file-name') nameHeader: string | undefined,
    @Headers('x-file-type') typeHeader: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<{ file_id: string }> {
    const name = fileNameOf(nameHeader);
    if (name === undefined)
      throw new Problem(422, { detail: 'Send the name of the file in the header X-File-Name, percent-encoded.' });
    const mediaType = typeHeader?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (!MEDIA_TYPE.test(mediaType)) throw refusals['type-not-allowed']();
    return this.limits.within(conversationId, async () => {
      const content = await this.contentOf(request);
      const fileId = randomUUID();
      const reply = await this.keep({ fileId, conversationId, name, mediaType, content: content.toString('base64') });
      if (reply.kind === 'refused') throw refusals[reply.reason]();
      return { file_id: fileId };
    });
  }

  private async contentOf({ headers, body }: FastifyRequest): Promise<Buffer> {
    const { MAX_FILE_BYTES } = this.settings;
    if (Number(headers['content-length'] ?? 0) > MAX_FILE_BYTES) throw refusals['too-large'](MAX_FILE_BYTES);
    const content = await readBody(body as Readable, MAX_FILE_BYTES);
    if (!content) throw refusals['too-large'](MAX_FILE_BYTES);
    if (content.length === 0) throw new Problem(422, { detail: 'The file is empty. Choose another one.' });
    return content;
  }

  private async keep(file: DataOf<typeof FileKeep>): Promise<ReplyOf<typeof FileKeep>> {
    const { conversationId } = file;
    try {
      return await this.bus.request(FileKeep, file, { conversationId, timeoutMs: this.settings.TURN_TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof BusUnavailableError) && !(error instanceof RequestTimeoutError)) throw error;
      throw new Problem(503, {
        detail: 'The file cannot be stored at the moment. Send it again in a minute.',
        retryAfter: 60,
      });
    }
  }
}

type Refusal = Extract<ReplyOf<typeof FileKeep>, { kind: 'refused' }>['reason'];

const refusals: Record<Refusal, (limit?: number) => Problem> = {
  'too-large': (limit) => {
    const most = limit === undefined ? '' : ` Files may have up to ${(limit / 1e6).toLocaleString('en')} MB.`;
    return new Problem(413, { detail: `The file is too large.${most} Send a smaller one, such as a part of it.` });
  },
  'type-not-allowed': () =>
    new Problem(415, {
      detail: 'Files of this type are not supported. Send a picture, a PDF, a text or a ZIP archive.',
    }),
  unsupported: () =>
    new Problem(422, {
      detail:
        'The ticket system of this assistant does not support files. Describe the content of the file in words instead.',
    }),
};
