import { Type } from 'typebox';
import { defineRequest } from '../contract.js';

/** dialogue → incident */
export const ArticleFind = defineRequest({
  type: 'article.find.v1',
  kind: 'query',
  summary: 'Articles of the knowledge base about a text, best first; none when there is no knowledge base.',
  data: Type.Object({ text: Type.String({ minLength: 1 }) }),
  reply: Type.Object({
    articles: Type.Array(
      Type.Object({ title: Type.String(), snippet: Type.String(), url: Type.Optional(Type.String()) }),
    ),
  }),
});
