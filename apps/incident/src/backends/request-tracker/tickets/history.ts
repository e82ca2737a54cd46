import { BackendFailure } from '../../../ports/backend-failure.js';
import { type Comment } from '../../../ports/incident.js';
import { isSigned, unsigned } from '../../signed-text.js';
import { textOfHtml } from './plain-text.js';
import { Attachment, columnsOf, momentIn, readPage, Transaction } from './records.js';
import { type RestClient } from '../client/rest.client.js';
import { TRANSACTION_TYPES, transactionsOf, type QueryValue, type TransactionType } from '../client/ticket-query.js';

const PAGE = '100';
const MOST_COMMENTS = 50;
const MOST_DESCRIPTIONS = 5_000;

type TicketId = QueryValue<'ticket'>;

/** Reads the history of tickets. RT also stores their texts there; its transactions never change. */
export class History {
  private readonly knownDescriptions = new Map<string, string>();

  constructor(private readonly client: RestClient) {}

  /** The newest transaction of each ticket that callers can see. */
  async newest(ids: readonly TicketId[]): Promise<Map<string, string>> {
    const newest = new Map<string, string>();
    for (let page = 1; newest.size < ids.length; page++) {
      const { rows } = await this.transactions(ids, TRANSACTION_TYPES, { page: String(page) });
      for (const { id, ObjectId } of rows) if (!newest.has(String(ObjectId))) newest.set(String(ObjectId), String(id));
      // Each ticket has a create transaction, so all are found before the rows end, unless one was destroyed meanwhile.
      if (rows.length === 0) break;
    }
    return newest;
  }

  /** The descriptions that the tickets were opened with. */
  async descriptions(ids: readonly TicketId[]): Promise<ReadonlyMap<string, string>> {
    const unknown = ids.filter((id) => !this.knownDescriptions.has(id));
    if (unknown.length > 0) {
      const { rows } = await this.transactions(unknown, ['Create'], { per_page: PAGE });
      const texts = await this.texts(rows);
      for (const { id, ObjectId } of rows) this.remember(String(ObjectId), texts.get(String(id)) ?? '');
    }
    return new Map(ids.map((id) => [id, this.knownDescriptions.get(id) ?? '']));
  }

  /**
   * The messages that the requestor may read, oldest first. RT calls them correspondence; its comments are internal.
   * @param isOurs whether a user name is our account
   */
  async correspondence(id: TicketId, isOurs: (user: string) => boolean): Promise<Comment[]> {
    const { rows } = await this.transactions([id], ['Correspond'], { per_page: String(MOST_COMMENTS) });
    const texts = await this.texts(rows);
    return rows
      .flatMap((transaction) => {
        const text = texts.get(String(transaction.id));
        // A file without text has no comment to show.
        return text ? [commentIn(transaction, text, isOurs(String(transaction.Creator.id)))] : [];
      })
      .reverse();
  }

  /** Newest first. */
  private async transactions(
    ids: readonly TicketId[],
    types: readonly TransactionType[],
    paging: Record<string, string>,
  ): Promise<{ rows: Transaction[] }> {
    const asked = new Set<string>(ids);
    const { rows } = readPage(
      Transaction,
      await this.client.read('transactions', {
        query: transactionsOf(ids, types),
        fields: columnsOf(Transaction),
        orderby: 'id',
        order: 'DESC',
        per_page: PAGE,
        ...paging,
      }),
    );
    if (rows.some(({ ObjectId }) => !asked.has(String(ObjectId))))
      throw new BackendFailure('unexpected', 'Request Tracker answered with the history of another ticket.');
    return { rows };
  }

  /** The text of each transaction that has one. */
  private async texts(transactions: readonly Transaction[]): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    if (transactions.length === 0) return texts;
    const asked = new Set(transactions.map(({ id }) => String(id)));
    const { rows } = readPage(
      Attachment,
      await this.client.read(
        'attachments',
        { fields: columnsOf(Attachment), orderby: 'id', order: 'ASC', per_page: PAGE },
        [
          ...[...asked].map((value) => ({ field: 'TransactionId', value, entry_aggregator: 'OR' })),
          { field: 'ContentType', operator: 'STARTSWITH', value: 'text/' },
          // A part with a name is a file.
          { field: 'Filename', operator: 'IS', value: 'NULL' },
        ],
      ),
    );
    // A message can come as both plain text and HTML; the plain text is the original.
    for (const type of ['text/plain', 'text/html'])
      for (const { TransactionId, ContentType, Content } of rows) {
        const transaction = String(TransactionId);
        // A text that was not requested could be an internal comment.
        if (!asked.has(transaction))
          throw new BackendFailure('unexpected', 'Request Tracker answered with a text that was not asked for.');
        if (ContentType !== type || texts.has(transaction)) continue;
        texts.set(transaction, type === 'text/html' ? textOfHtml(Content) : Content.replace(/\r\n/g, '\n'));
      }
    return texts;
  }

  private remember(id: string, description: string): void {
    const oldest = this.knownDescriptions.keys().next();
    if (this.knownDescriptions.size >= MOST_DESCRIPTIONS && !oldest.done) this.knownDescriptions.delete(oldest.value);
    this.knownDescriptions.set(id, description);
  }
}

function commentIn({ id, Created }: Transaction, text: string, isByUs: boolean): Comment {
  const isOurs = isByUs && isSigned(text);
  return { id: String(id), text: isOurs ? unsigned(text) : text, writtenAt: momentIn(Created), isOurs };
}
