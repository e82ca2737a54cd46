import { createHmac, timingSafeEqual } from 'node:crypto';
import { Controller, Headers, HttpCode, Inject, Post, Req, type RawBodyRequest } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { type FastifyRequest } from 'fastify';
import { BodyPipe, LOGGER, Problem, SETTINGS, type Logger } from '#service';
import { ChangeListener } from '../../ports/change-listener.js';
import { type ServiceNowSettings } from './client/servicenow.settings.js';

/** How far the clocks may differ, and how old a message may be. */
const TOLERANCE_S = 300;

export class ChangeMessage {
  @ApiProperty({ example: 'INC0010008' })
  @Matches(/^[A-Z]{2,6}[0-9]{1,12}$/, { message: 'Send {"number": "<number of the incident>"}.' })
  number!: string;
}

const changeMessage = new BodyPipe(ChangeMessage);

/**
 * A business rule of the instance says that an incident changed. Nothing but the number is taken from the message: the
 * incident is read before anybody is notified. Signed with `X-HD-Timestamp` (seconds) and `X-HD-Signature: sha256=HMAC(secret, timestamp.body)`.
 */
@ApiTags('webhooks')
@Controller('webhooks')
export class ServiceNowWebhookController {
  /** Signatures that were accepted and would be again, with the second from which on they are too old. */
  private readonly accepted = new Map<string, number>();

  constructor(
    private readonly changes: ChangeListener,
    @Inject(SETTINGS) private readonly settings: Pick<ServiceNowSettings, 'WEBHOOK_SECRETS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post('servicenow')
  @HttpCode(202)
  @ApiBody({ type: ChangeMessage })
  @ApiOperation({ summary: 'A signed message that an incident changed: {"number": "INC0010008"}.' })
  async take(
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Headers('x-hd-timestamp') timestamp = '',
    @Headers('x-hd-signature') signature = '',
  ): Promise<{ status: string }> {
    const secrets = (this.settings.WEBHOOK_SECRETS ?? '').split(',').filter(Boolean);
    if (secrets.length === 0) throw new Problem(404, { detail: 'Set WEBHOOK_SECRETS to receive messages.' });
    const age = Math.abs(Date.now() / 1_000 - Number(timestamp));
    const body = request.rawBody ?? Buffer.alloc(0);
    if (
      !/^\d{1,12}$/.test(timestamp) ||
      age > TOLERANCE_S ||
      !secrets.some((secret) => isSigned(secret, timestamp, body, signature))
    )
      throw new Problem(401, { detail: 'The signature is missing, wrong or too old.' });
    // Only after the signature: strangers learn nothing from it.
    const { number } = await changeMessage.read(request.body);
    if (this.isKnown(signature, Number(timestamp)))
      throw new Problem(409, { detail: 'This message was taken before; sign the next one anew.' });
    this.changes.incidentChanged(number).catch((error: unknown) => {
      // The regular reading of changes brings it.
      this.logger.warn({ err: error }, 'an incident that changed could not be read at once');
    });
    return { status: 'accepted' };
  }

  private isKnown(signature: string, timestamp: number): boolean {
    const now = Date.now() / 1_000;
    for (const [each, until] of this.accepted) if (until < now) this.accepted.delete(each);
    if (this.accepted.has(signature)) return true;
    this.accepted.set(signature, timestamp + TOLERANCE_S);
    return false;
  }
}

function isSigned(secret: string, timestamp: string, body: Buffer, signature: string): boolean {
  const expected = Buffer.from(
    `sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`,
  );
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
