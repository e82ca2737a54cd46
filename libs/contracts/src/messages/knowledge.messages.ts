import { Type } from 'typebox';
import { defineRequest } from '../contract/contract.js';

/** dialogue → incident */
export const ArticleFind = defineRequest({
  type: 'article.find.v1',
  kind: 'query',
  summary: 'Find articles of the knowledge base about a text, best first. The list is empty without a knowledge base.',
  data: Type.Object({ text: Type.String({ minLength: 1 }) }),
  reply: Type.Object({
    articles: Type.Array(
      Type.Object({ title: Type.String(), snippet: Type.String(), url: Type.Optional(Type.String()) }),
    ),
  }),
});

/** dialogue → incident */
export const BackendShow = defineRequest({
  type: 'backend.show.v1',
  kind: 'query',
  summary: 'Get the capabilities of the ticket system, so that the assistant offers only supported requests.',
  data: Type.Object({ part: Type.Literal('capabilities') }),
  reply: Type.Object({
    /** Whether incidents are stored; otherwise the assistant only tells what it would do. */
    incidents: Type.Boolean(),
    /** Whether it knows the people who may open incidents; otherwise everybody may. */
    callers: Type.Boolean(),
    articles: Type.Boolean(),
  }),
});
