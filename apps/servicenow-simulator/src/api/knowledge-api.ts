import { type Row } from '../data/schema.js';
import { type Answer, json } from '../exchange/exchange.js';
import { noRecord } from '../exchange/api-error.js';
import { type RequestScope } from './request-scope.js';

const DEFAULT_LIMIT = 30;
const SNIPPET = 160;

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+(-[\p{L}\p{N}]+)*/gu) ?? [];

/** `/api/sn_km_api/knowledge/articles`: published articles that contain words of the query, best first. */
export function articles({ instance, exchange }: RequestScope): Answer {
  const { query } = exchange;
  const wanted = new Set(words(query.get('query') ?? ''));
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT) || DEFAULT_LIMIT;
  const start = Number(query.get('offset') ?? 0) || 0;
  const fields = (query.get('fields') ?? '').split(',').filter((name) => name !== '');
  const found = [...instance.store.rows('kb_knowledge')]
    .filter((row) => row['workflow_state'] === 'published')
    .map((row) => ({ row, score: scoreOf(row, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score || (left.row['number']! < right.row['number']! ? -1 : 1));
  const shown = found
    .slice(start, start + limit)
    .map(({ row, score }, index) => described(row, score, start + index, fields));
  const meta = {
    start,
    end: start + shown.length,
    count: found.length,
    fields: fields.join(','),
    status: { code: 200 },
    ts_query_id: '',
  };
  return json(200, { result: { meta, articles: shown } });
}

/** `/api/sn_km_api/knowledge/articles/{id}`: one article with its text, by sys_id or number. */
export function article({ instance, args }: RequestScope): Answer {
  const [id = ''] = args;
  const { store } = instance;
  const row =
    store.get('kb_knowledge', id.replace('kb_knowledge:', '')) ?? store.lookUp('kb_knowledge', 'number', id)?.[0];
  if (!row) throw noRecord();
  const { sys_id, number, short_description, text } = row;
  return json(200, { result: { sys_id, number, short_description, content: text, template: false, attachments: [] } });
}

/** A word in the title counts five times as much as one in the text. Without words, all articles score the same. */
function scoreOf(row: Row, wanted: ReadonlySet<string>): number {
  if (wanted.size === 0) return 1;
  const [title, text] = [words(row['short_description']!), words(row['text']!)];
  const has = (list: readonly string[], word: string): boolean =>
    list.some((other) => other === word || (word.length > 3 && other.startsWith(word)));
  return [...wanted].reduce((score, word) => score + (has(title, word) ? 5 : 0) + (has(text, word) ? 1 : 0), 0);
}

function described(row: Row, score: number, rank: number, fields: readonly string[]) {
  const id = row['sys_id']!;
  const plain = row['text']!.replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return {
    id: `kb_knowledge:${id}`,
    title: row['short_description']!,
    snippet: plain.length > SNIPPET ? `${plain.slice(0, SNIPPET)}...` : plain,
    score,
    rank,
    number: row['number']!,
    link: `?id=kb_article_view&sys_kb_id=${id}`,
    fields: Object.fromEntries(
      fields
        .filter((name) => name in row)
        .map((name) => [name, { name, label: name, value: row[name], display_value: row[name] }]),
    ),
  };
}
