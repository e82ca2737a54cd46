import { BackendFailure } from '../../../ports/backend-failure.js';
import { type Article } from '../../../ports/incident.js';
import { textOfHtml } from './plain-text.js';
import { searchText } from '../tables/query-value.js';
import { type ServiceNowClient } from '../client/servicenow.client.js';

const MAX_SNIPPET = 300;

/** Articles about a text, best first; none for a text that cannot be searched. */
export async function articlesAbout(
  text: string,
  limit: number,
  { client, origin, publicOrigin }: { client: ServiceNowClient; origin: string; publicOrigin: string },
): Promise<Article[]> {
  const query = searchText(text);
  if (query === undefined) return [];
  const { result } = await client.call({
    method: 'GET',
    path: '/api/sn_km_api/knowledge/articles',
    params: { query, limit: String(limit) },
    table: 'kb_knowledge',
    expects: 200,
  });
  const { articles } = result as { articles?: unknown };
  if (!Array.isArray(articles))
    throw new BackendFailure('unexpected', 'ServiceNow answered a search without articles.');
  return (articles as Record<string, unknown>[])
    .filter(({ title }) => typeof title === 'string' && title !== '')
    .slice(0, limit)
    .map(({ title, snippet, number, link }) => {
      const url = pageOf(link, number, origin, publicOrigin);
      return {
        title: textOfHtml(title as string),
        snippet: textOfHtml(typeof snippet === 'string' ? snippet : '').slice(0, MAX_SNIPPET),
        ...(url !== undefined && { url }),
      };
    });
}

/** The address of the article for people: on the configured instance, or none. */
function pageOf(link: unknown, number: unknown, origin: string, publicOrigin: string): string | undefined {
  if (typeof link === 'string' && link !== '' && URL.canParse(link, `${origin}/`)) {
    const url = new URL(link, `${origin}/`);
    if (url.origin === origin || url.origin === publicOrigin)
      return publicOrigin + url.pathname + url.search + url.hash;
  }
  return typeof number === 'string' && /^[A-Z]{1,10}\d{1,12}$/.test(number)
    ? `${publicOrigin}/kb_view.do?sysparm_article=${number}`
    : undefined;
}
