import { Body, Controller, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { MAX_CHANNEL_LENGTH } from '#contracts';
import { Problem } from '#service';
import { Conforms, idProblem, metadataProblem, textProblem } from '../../accept-message/message.validation.js';
import { userMessage } from '../../accept-message/user-message.js';
import { ConversationQueue, type TurnResult } from '../../accept-message/conversation-queue.service.js';
import { IdentityRefused, IdentityTokenVerifier, type Identity } from '../../authentication/identity-token.verifier.js';
import { restMessages, type RestMessage } from './rest-message.js';

const MAX_TOKEN_LENGTH = 8_000;

export class RestRequest {
  @ApiProperty({ description: 'The id of the conversation.', example: 'ann' })
  @Conforms((value) => idProblem('sender', value))
  sender!: string;

  @ApiProperty({ example: 'I have a problem with my email' })
  @Conforms(textProblem)
  message!: string;

  @ApiProperty({ required: false, default: 'rest' })
  @IsOptional()
  @Conforms((value) => idProblem('input_channel', value, MAX_CHANNEL_LENGTH))
  input_channel?: string;

  @ApiProperty({ required: false, type: Object })
  @IsOptional()
  @Conforms(metadataProblem)
  metadata?: Record<string, unknown>;

  @ApiProperty({
    required: false,
    description: 'A message that is sent again with the same id is answered, and not taken twice.',
  })
  @IsOptional()
  @Conforms((value) => idProblem('message_id', value))
  message_id?: string;

  @ApiProperty({
    required: false,
    description: 'A signed token that names the writer; may also be sent as the header X-Identity-Token.',
  })
  @IsOptional()
  @Conforms((value) => idProblem('identity_token', value, MAX_TOKEN_LENGTH))
  identity_token?: string;
}

/** Rasa's REST channel. */
@ApiTags('channels')
@Controller('webhooks/rest')
export class RestController {
  constructor(
    private readonly queue: ConversationQueue,
    private readonly identities: IdentityTokenVerifier,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Answers while the channel is available.' })
  status(): { status: string } {
    return { status: 'ok' };
  }

  @Post('webhook')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sends a message to the assistant and returns its answers, in order.' })
  @ApiQuery({
    name: 'stream',
    required: false,
    description: '`true`: one JSON object per line instead of a list, after the turn.',
  })
  async webhook(
    @Body() request: RestRequest,
    @Query('stream') stream: string | undefined,
    @Headers('x-identity-token') identityToken: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RestMessage[] | string> {
    const isStream = stream === 'true';
    const identity = await this.identityOf(request.identity_token ?? identityToken);
    const message = userMessage({
      conversationId: request.sender,
      text: request.message,
      channel: { input: request.input_channel ?? 'rest', output: isStream ? 'queue' : 'collector' },
      messageId: request.message_id,
      metadata: request.metadata,
      identity,
    });
    const result = await this.queue.submit(message);
    const answers = messagesOf(result, message.messageId).flatMap((said) => restMessages(request.sender, said));
    if (!isStream) return answers;
    void reply.type('text/event-stream; charset=utf-8');
    return answers.map((answer) => JSON.stringify(answer) + '\n').join('');
  }

  private async identityOf(token: string | undefined): Promise<Identity | undefined> {
    try {
      return await this.identities.read(token);
    } catch (error) {
      if (error instanceof IdentityRefused) throw new Problem(401, { detail: error.message });
      throw error;
    }
  }
}

function messagesOf(result: TurnResult, message_id: string) {
  switch (result.kind) {
    case 'completed':
      return result.turn.messages;
    case 'delayed':
      throw new Problem(503, {
        detail: `Your message is kept, but the assistant cannot answer it now (${result.reason}). Send it again with the same message_id to get the answer.`,
        retryAfter: 5,
        message_id,
      });
    case 'timed-out':
      throw new Problem(504, {
        detail: 'Your message is kept, but there was no answer in time. Send it again with the same message_id.',
        message_id,
      });
    case 'refused':
      throw new Problem(result.cause === 'too-many' ? 429 : 503, {
        detail: `Your message was not accepted: ${result.reason}`,
        retryAfter: 2,
        message_id,
      });
  }
}
