import { createHmac, timingSafeEqual } from 'node:crypto';
import { Controller, Headers, HttpCode, Inject, Post, Req, type RawBodyRequest } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { type FastifyRequest } from 'fastify';
import { BodyPipe, LOGGER, Problem, SETTINGS, type Logger } from '#service';
import { ChangeListener } from '../../ports/change-listener.js';
import { type ServiceNowSettings } from './client/servicenow.settings.js';

/** Largest difference between the clocks, and largest age of a message. */
const TOLERANCE_S = 300;

export class ChangeMessage {
  @ApiProperty({ example: 'INC0010008' })
  @Matches(/^[A-Z]{2,6}[0-9]{1,12}$/, { message: 'Send {"number": "<number of the incident>"}.' })
  number!: string;
}

const changeMessage = new BodyPipe(ChangeMessage);

/**
 * Receives messages from a business rule of the instance about changed incidents. Only the number is used: the incident
 * is read before anybody is notified. The signature is `X-HD-Timestamp` (seconds) and `X-HD-Signature: sha256=HMAC(secret, timestamp.body)`.
 */
@ApiTags('webhooks')
@Controller('webhooks')
export class ServiceNowWebhookController {
  /** Accepted signatures that would still be accepted, with the second when each becomes too old. */
  private readonly accepted = new Map<string, number>();

  constructor(
    private readonly changes: ChangeListener,
    @Inject(SETTINGS) private readonly settings: Pick<ServiceNowSettings, 'WEBHOOK_SECRETS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post('servicenow')
  @HttpCode(202)
  @ApiBody({ type: ChangeMessage })
  @ApiOperation({ summary: 'Receives a signed message about a changed incident: {"number": "INC0010008"}.' })
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
    // Validated only after the signature, so that strangers learn nothing.
    const { number } = await changeMessage.read(request.body);
    if (this.isKnown(signature, Number(timestamp)))
      throw new Problem(409, { detail: 'This message was accepted before. Sign each message with a new timestamp.' });
    this.changes.incidentChanged(number).catch((error: unknown) => {
      // The next poll for changes will find it.
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
