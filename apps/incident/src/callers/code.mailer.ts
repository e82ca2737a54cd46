import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { LOGGER, SETTINGS, type Logger } from '#service';
import { type IncidentSettings } from '../settings/incident.settings.js';

/** Sends one-time codes by mail if a mail server is configured. */
@Injectable()
export class CodeMailer implements OnApplicationShutdown {
  private readonly transport: ReturnType<typeof createTransport> | undefined;
  private readonly sending = new Set<Promise<void>>();

  constructor(
    @Inject(SETTINGS) private readonly settings: IncidentSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { SMTP_URL } = settings;
    this.transport =
      SMTP_URL === undefined
        ? undefined
        : createTransport({ url: SMTP_URL, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 });
  }

  get canSend(): boolean {
    return this.transport !== undefined;
  }

  /** Starts sending without waiting, so that the response time does not reveal whether the address exists. Logs failures. */
  send(email: string, code: string): void {
    const run: Promise<void> = this.deliver(email, code)
      .catch((error: unknown) => {
        this.logger.error({ reason: error instanceof Error ? error.name : 'unknown' }, 'a one-time code was not sent');
      })
      .finally(() => this.sending.delete(run));
    this.sending.add(run);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.sending);
    this.transport?.close();
  }

  private async deliver(email: string, code: string): Promise<void> {
    await this.transport?.sendMail({
      from: this.settings.MAIL_FROM,
      to: { name: '', address: email },
      subject: `${code} is your helpdesk code`,
      text: [
        `Your one-time code for the IT helpdesk assistant is ${code}.`,
        '',
        'It is valid for ten minutes. Type it into the chat in which you asked for it, and nowhere else.',
        'If you did not ask for a code, you can ignore this mail: without the code nobody gets anywhere.',
      ].join('\n'),
    });
  }
}
