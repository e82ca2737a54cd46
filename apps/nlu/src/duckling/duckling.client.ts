import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import { isAxiosError } from 'axios';
import { firstValueFrom } from 'rxjs';
import { type Entity } from '#contracts';
import { entitiesFromDuckling, type DucklingServer, type ParseContext } from '#nlu-engine';
import { LOGGER, type Logger } from '#service';
import { Outage } from './outage.js';

/** Nobody waits longer for an answer, whatever the configuration says: a person is waiting, and we can do without. */
const MAX_WAIT_MS = 1_500;
/** Largest answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 256 * 1024;
/** Text beyond this is not looked at by the NLU either. */
const MAX_TEXT = 4_000;

/** Asks Duckling servers which times, numbers and the like are in a text. */
@Injectable()
export class DucklingClient {
  private readonly outages = new Map<string, Outage>();

  constructor(
    private readonly http: HttpService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * What the server found, as entities in Rasa's shape for `ParseContext.duckling`.
   *
   * @param context when the message was written (now) and in which time zone (the server's configured one).
   * @returns undefined when it did not answer properly or in time, or is left alone after it did not several times; the
   *   local recognizers then do its work. Never rejects. The beginning and the end of an outage are logged once.
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
          'The Duckling server does not answer properly; its work is done here until it does.',
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
    if (!entities) throw new Error('its answer is not that of a Duckling server');
    return entities;
  }
}

function reasonOf(error: unknown): string {
  if (!isAxiosError(error)) return error instanceof Error ? error.message : String(error);
  if (error.response) return `it answered with status ${error.response.status}`;
  const isLate = error.code === 'ERR_CANCELED' || error.code === 'ECONNABORTED';
  return isLate ? 'it did not answer in time' : (error.code ?? error.message);
}
