import { Inject, Injectable } from '@nestjs/common';
import { type Understanding } from '#contracts';
import { type ParseContext } from '#nlu-engine';
import { LOGGER, type Logger } from '#service';
import { DucklingClient } from '../duckling/duckling.client.js';
import { type ToParse } from '../serve-model/parse-text.js';
import { ServedModelService } from '../serve-model/served-model.service.js';

/** Maximum number of concurrent requests to a Duckling server for one batch. */
const QUESTIONS = 16;

/** Parses texts with the served model, and with the Duckling server of its assistant if there is one. */
@Injectable()
export class TextParser {
  constructor(
    private readonly served: ServedModelService,
    @Inject(DucklingClient) private readonly duckling: Pick<DucklingClient, 'recognize'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Parses a text. When the engine fails, logs the message's id and returns `nlu_fallback`. */
  async parse(text: string, context: ParseContext, messageId?: string): Promise<Understanding> {
    const [result] = await this.parseAll([text], context, messageId);
    return result!;
  }

  /** Like `parse` for many texts; the results are in the same order. */
  async parseAll(texts: readonly string[], context: ParseContext, messageId?: string): Promise<Understanding[]> {
    const known: ToParse[] = [];
    for (let at = 0; at < texts.length; at += QUESTIONS)
      known.push(...(await Promise.all(texts.slice(at, at + QUESTIONS).map((text) => this.ask(text, context)))));
    const parsed = await this.served.parse(known);
    return parsed.map(({ result, error }) => {
      if (error) this.logger.error({ err: error, messageId }, 'A text could not be parsed.');
      return result;
    });
  }

  private async ask(text: string, context: ParseContext): Promise<ToParse> {
    const server = this.served.model.ducklingServerFor(text);
    const duckling = server && (await this.duckling.recognize(text, server, context));
    return { text, context: duckling ? { ...context, duckling } : context };
  }
}
