import { Inject, Injectable } from '@nestjs/common';
import { type Understanding } from '#contracts';
import { type ParseContext } from '#nlu-engine';
import { LOGGER, type Logger } from '#service';
import { DucklingClient } from '../duckling/duckling.client.js';
import { type ToParse } from '../serve-model/parse-text.js';
import { ServedModelService } from '../serve-model/served-model.service.js';

/** Texts of a batch that a Duckling server is asked about at a time. */
const QUESTIONS = 16;

/** Says what texts mean, by the model that is served and the Duckling server of its assistant, if it has one. */
@Injectable()
export class TextParser {
  constructor(
    private readonly served: ServedModelService,
    @Inject(DucklingClient) private readonly duckling: Pick<DucklingClient, 'recognize'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A text that the engine fails on is logged under its message's id, and not understood: `nlu_fallback`. */
  async parse(text: string, context: ParseContext, messageId?: string): Promise<Understanding> {
    const [result] = await this.parseAll([text], context, messageId);
    return result!;
  }

  /** The same for many texts, in their order. */
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
