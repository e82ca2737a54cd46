import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import { isAxiosError } from 'axios';
import { firstValueFrom } from 'rxjs';
import { type BotMessage } from '#contracts';
import { SETTINGS } from '#service';
import { type HandoffSettings } from '../settings/handoff.settings.js';
import { botMessages } from './host-answer.js';

/** Maximum size of an answer, in bytes. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** A host could not be reached or did not answer like a REST channel. The message gives the reason, for the log. */
export class HostError extends Error {
  override readonly name = 'HostError';
}

/** A client of Rasa's REST channel. */
@Injectable()
export class HostClient {
  constructor(
    private readonly http: HttpService,
    @Inject(SETTINGS) private readonly settings: HandoffSettings,
  ) {}

  /**
   * Sends `text` to a host in the conversation `sender` and returns its answers.
   * @param messageId lets a host that supports it answer a repeated message without doing anything twice
   * @throws HostError
   */
  async say(url: string, sender: string, text: string, messageId: string): Promise<BotMessage[]> {
    const webhook = `${url.replace(/\/+$/, '')}/webhooks/rest/webhook`;
    // Tells a host of this product that its own hand-offs are instructions for us, and that it must not carry them out
    // itself.
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
