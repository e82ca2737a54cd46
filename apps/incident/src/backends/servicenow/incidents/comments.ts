import { createHash } from 'node:crypto';
import { BackendFailure } from '../../../ports/backend-failure.js';
import { type Comment } from '../../../ports/incident.js';
import { isSigned } from '../../signed-text.js';
import { asWritten } from './plain-text.js';
import { is } from '../tables/query.js';
import { type QueryValue, word } from '../tables/query-value.js';
import { momentIn, neededIn, valueIn, type Row } from '../tables/row.js';
import { type TableApi } from '../tables/table-api.js';

const MAX_COMMENTS = 50;

const INCIDENT = word('incident') as QueryValue<'word'>;
/** The only journal field that callers may see. */
const PUBLIC = word('comments') as QueryValue<'word'>;

/**
 * What callers may read on an incident, oldest first. Many instances hide the journal table from accounts like ours and
 * return it empty. In that case the text of the whole journal, which comes with the incident, is parsed.
 * @param account the `user_name` of our account, if known
 */
export async function commentsOn(
  id: QueryValue<'sys-id'>,
  tables: TableApi,
  account: string | undefined,
): Promise<Comment[]> {
  const rows = await journalRows(id, tables);
  if (rows.length > 0) return rows.map((row) => commentIn(row, account)).reverse();
  const journal = (await tables.read('incident', id, ['sys_id', 'comments'])).get('comments')?.display ?? '';
  return commentsInText(journal).slice(-MAX_COMMENTS);
}

async function journalRows(id: QueryValue<'sys-id'>, tables: TableApi): Promise<Row[]> {
  try {
    const { rows } = await tables.list('sys_journal_field', {
      query: {
        anyOf: [[is('name', INCIDENT), is('element', PUBLIC), is('element_id', id)]],
        order: [
          { by: 'sys_created_on', descending: true },
          { by: 'sys_id', descending: true },
        ],
      },
      columns: ['sys_id', 'name', 'element', 'element_id', 'value', 'sys_created_on', 'sys_created_by'],
      limit: MAX_COMMENTS,
    });
    return rows;
  } catch (error) {
    if (error instanceof BackendFailure && error.kind === 'forbidden') return [];
    throw error;
  }
}

function commentIn(row: Row, account: string | undefined): Comment {
  const text = valueIn(row, 'value');
  // A row without its field name could be an internal note.
  if (neededIn(row, 'element') !== PUBLIC)
    throw new BackendFailure('unexpected', 'ServiceNow answered with a note that is none of the caller’s.');
  const isByUs = account === undefined || valueIn(row, 'sys_created_by') === account;
  return comment(neededIn(row, 'sys_id'), text, momentIn(row, 'sys_created_on'), isByUs);
}

const HEADER = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) - .{0,200} \(([^()\n]{1,60})\)$/;

/**
 * The entries of a journal's text, oldest first. The text has the newest first. Each entry follows a line with its
 * time, author and kind. The time is in the time zone of our account, which therefore should be GMT.
 */
export function commentsInText(journal: string): Comment[] {
  const entries: { stamp: string; lines: string[] }[] = [];
  for (const line of journal.replaceAll('\r\n', '\n').split('\n')) {
    const [, stamp, label = ''] = HEADER.exec(line) ?? [];
    if (stamp !== undefined) entries.push({ stamp: /work notes/i.test(label) ? '' : stamp, lines: [] });
    else entries.at(-1)?.lines.push(line);
  }
  return entries
    .filter(({ stamp }) => stamp !== '')
    .map(({ stamp, lines }) => {
      const text = lines.join('\n').trim();
      const id = createHash('sha256').update(`${stamp}\n${text}`).digest('hex').slice(0, 32);
      return comment(id, text, new Date(`${stamp.replace(' ', 'T')}Z`), true);
    })
    .reverse();
}

function comment(id: string, text: string, writtenAt: Date | undefined, isByUs: boolean): Comment {
  if (!writtenAt || Number.isNaN(writtenAt.getTime()))
    throw new BackendFailure('unexpected', 'ServiceNow leaves out when a comment was written.');
  const isOurs = isByUs && isSigned(text);
  return { id, text: isOurs ? asWritten(text) : text, writtenAt, isOurs };
}
