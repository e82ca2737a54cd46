import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type ArticleFind, type DataOf, type ReplyOf } from '#contracts';
import { LOGGER, type Logger } from '#service';
import { BackendFailure } from '../ports/backend-failure.js';
import { type Article } from '../ports/incident.js';
import { IncidentBackend } from '../ports/incident-backend.js';
import { relevance } from './relevance.js';

const SEARCHED = 10;
const MOST_SHOWN = 3;
/** Least share of a text's words that an article must contain. A shared "the" must not be enough. */
const LEAST_RELEVANCE = 0.2;

@Controller()
export class FindArticlesHandler {
  constructor(
    private readonly backend: IncidentBackend,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Finds articles. They are optional help, so a failure yields none. */
  @MessagePattern<string>('article.find.v1')
  async find(@Payload() { text }: DataOf<typeof ArticleFind>): Promise<ReplyOf<typeof ArticleFind>> {
    if (!this.backend.capabilities.articles) return { articles: [] };
    try {
      return { articles: mostRelevant(text, await this.backend.findArticles(text, SEARCHED)) };
    } catch (error) {
      if (!(error instanceof BackendFailure)) throw error;
      this.logger.warn({ kind: error.kind }, 'the knowledge base could not be searched');
      return { articles: [] };
    }
  }
}

function mostRelevant(text: string, articles: Article[]): Article[] {
  return articles
    .map((article) => ({ article, score: relevance(text, `${article.title} ${article.snippet}`) }))
    .filter(({ score }) => score >= LEAST_RELEVANCE)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_SHOWN)
    .map(({ article }) => article);
}
