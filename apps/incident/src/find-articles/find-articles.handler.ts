import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type ArticleFind, type DataOf, type ReplyOf } from '#contracts';
import { LOGGER, type Logger } from '#service';
import { BackendFailure } from '../backend/backend-failure.js';
import { IncidentBackend } from '../backend/incident-backend.js';

const MOST_SHOWN = 3;

@Controller()
export class FindArticlesHandler {
  constructor(
    private readonly backend: IncidentBackend,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Articles are a help, never a hindrance: when they cannot be had, there are none. */
  @MessagePattern<string>('article.find.v1')
  async find(@Payload() { text }: DataOf<typeof ArticleFind>): Promise<ReplyOf<typeof ArticleFind>> {
    if (!this.backend.capabilities.articles) return { articles: [] };
    try {
      return { articles: await this.backend.findArticles(text, MOST_SHOWN) };
    } catch (error) {
      if (!(error instanceof BackendFailure)) throw error;
      this.logger.warn({ kind: error.kind }, 'the knowledge base could not be searched');
      return { articles: [] };
    }
  }
}
