import { Type } from 'typebox';
import { defineRequest } from '../contract/contract.js';

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

/** dialogue → incident */
export const BackendShow = defineRequest({
  type: 'backend.show.v1',
  kind: 'query',
  summary: 'What the ticket system can be asked for, so that nobody asks in vain.',
  data: Type.Object({ part: Type.Literal('capabilities') }),
  reply: Type.Object({
    /** Whether incidents are kept; otherwise people are told what would be done. */
    incidents: Type.Boolean(),
    /** Whether it knows who may open incidents; otherwise everybody may. */
    callers: Type.Boolean(),
    articles: Type.Boolean(),
  }),
});
