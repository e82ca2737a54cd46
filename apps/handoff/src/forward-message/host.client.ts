import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import { isAxiosError } from 'axios';
import { firstValueFrom } from 'rxjs';
import { type BotMessage } from '#contracts';
import { SETTINGS } from '#service';
import { type HandoffSettings } from '../settings/handoff.settings.js';
import { botMessages } from './host-answer.js';

/** Largest answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** A host could not be reached or did not answer as a REST channel does; the message says how, for the log. */
export class HostError extends Error {
  override readonly name = 'HostError';
}

/** Speaks Rasa's REST channel as a client. */
@Injectable()
export class HostClient {
  constructor(
    private readonly http: HttpService,
    @Inject(SETTINGS) private readonly settings: HandoffSettings,
  ) {}

  /**
   * Says `text` to a host in the conversation `sender` and returns its answers.
   * @param messageId lets a host that knows it answer a repeated message without doing anything twice.
   * @throws HostError
   */
  async say(url: string, sender: string, text: string, messageId: string): Promise<BotMessage[]> {
    const webhook = `${url.replace(/\/+$/, '')}/webhooks/rest/webhook`;
    // A host of our kind then knows that its own hand-offs are instructions for us, not work for itself.
    const metadata = { from_host: this.settings.PUBLIC_URL };
    const body = { sender, message: text, message_id: messageId, metadata };
    let data: unknown;
    try {
      ({ data } = await firstValueFrom(
        this.http.post<unknown>(webhook, body, {
          timeout: this.settings.HOST_TIMEOUT_MS,
          signal: AbortSignal.timeout(this.settings.HOST_TIMEOUT_MS),
          maxContentLength: MAX_ANSWER_BYTES,
          maxRedirects: 0,
          proxy: false,
        }),
      ));
    } catch (error) {
      throw new HostError(reasonOf(error), { cause: error });
    }
    const messages = botMessages(data);
    if (!messages) throw new HostError('it did not answer with a list of messages');
    return messages;
  }
}

function reasonOf(error: unknown): string {
  if (!isAxiosError(error)) return error instanceof Error ? error.message : String(error);
  if (error.response) return `it answered with status ${error.response.status}`;
  return error.code === 'ERR_CANCELED' || error.code === 'ECONNABORTED'
    ? 'it did not answer in time'
    : (error.code ?? '');
}
