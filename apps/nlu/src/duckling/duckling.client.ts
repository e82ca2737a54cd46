import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import { isAxiosError } from 'axios';
import { firstValueFrom } from 'rxjs';
import { type Entity } from '#contracts';
import { entitiesFromDuckling, type DucklingServer, type ParseContext } from '#nlu-engine';
import { LOGGER, type Logger } from '#service';
import { Outage } from './outage.js';

/**
 * Maximum wait for an answer, in milliseconds, whatever the configuration says. A person is waiting, and the local
 * recognizers can do the work.
 */
const MAX_WAIT_MS = 1_500;
/** Maximum size of an answer, in bytes. */
const MAX_ANSWER_BYTES = 256 * 1024;
/** Maximum length of the text that is sent. The NLU ignores text beyond this too. */
const MAX_TEXT = 4_000;

/** Asks Duckling servers for the times, numbers and similar values in a text. */
@Injectable()
export class DucklingClient {
  private readonly outages = new Map<string, Outage>();

  constructor(
    private readonly http: HttpService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Returns the server's results as entities in Rasa's format, for `ParseContext.duckling`.
   * @param context the time of the message (default: now) and its time zone (default: the server's configured one)
   * @returns undefined when the server gave no valid answer in time, or is paused after several failures; the local
   *   recognizers then do its work. Never rejects. Logs the start and the end of an outage once.
   */
  async recognize(text: string, server: DucklingServer, context: ParseContext = {}): Promise<Entity[] | undefined> {
    const outage = this.outages.get(server.url) ?? new Outage();
    this.outages.set(server.url, outage);
    if (!outage.mayAsk(performance.now())) return undefined;
    const about = { server: URL.canParse(server.url) ? new URL(server.url).host : server.url };
    try {
      const entities = await this.ask(text.slice(0, MAX_TEXT), server, context);
      if (outage.succeeded()) this.logger.info(about, 'The Duckling server answers again.');
      return entities;
    } catch (error) {
      if (outage.failed(performance.now()))
        this.logger.warn(
          { ...about, reason: reasonOf(error) },
          'The Duckling server does not answer properly. The local recognizers replace it until it does.',
        );
      return undefined;
    }
  }

  /** @throws Error */
  private async ask(
    text: string,
    server: DucklingServer,
    { now = new Date(), timezone }: ParseContext,
  ): Promise<Entity[]> {
    const { url, locale, dimensions } = server;
    const zone = timezone ?? server.timezone;
    const form = new URLSearchParams({
      text,
      locale,
      reftime: String(now.getTime()),
      ...(zone !== undefined && { tz: zone }),
      ...(dimensions && { dims: JSON.stringify(dimensions) }),
    });
    const wait = Math.min(server.timeout * 1_000, MAX_WAIT_MS);
    const { data } = await firstValueFrom(
      this.http.post<unknown>(`${url.replace(/\/{1,9}$/, '')}/parse`, form, {
        timeout: wait,
        signal: AbortSignal.timeout(wait),
        maxContentLength: MAX_ANSWER_BYTES,
        maxRedirects: 0,
        proxy: false,
      }),
    );
    const entities = entitiesFromDuckling(text, data);
    if (!entities) throw new Error('its answer does not have the format of a Duckling server');
    return entities;
  }
}

function reasonOf(error: unknown): string {
  if (!isAxiosError(error)) return error instanceof Error ? error.message : String(error);
  if (error.response) return `it answered with status ${error.response.status}`;
  const isLate = error.code === 'ERR_CANCELED' || error.code === 'ECONNABORTED';
  return isLate ? 'it did not answer in time' : (error.code ?? error.message);
}
