import { type AccessRules } from '../access/access-rules.js';
import { type Row, type TableSchema } from '../data/schema.js';
import { type Store } from '../data/store.js';
import { shownIn } from '../environment/date-time.js';
import { displayValue } from '../query/display-value.js';
import { fieldPath, type FieldPath } from '../query/field-path.js';

export type DisplayMode = 'false' | 'true' | 'all';

export interface Shape {
  display: DisplayMode;
  excludeLinks: boolean;
  /** Requested field names; all columns if undefined. */
  fields: readonly string[] | undefined;
  /** Start of links: the instance's address and the API version of the request. */
  base: string;
}

type Cell = string | { display_value?: string; link?: string; value?: string };

/** Formats records as the Table API does, without the fields that the account may not read. */
export class Shaper {
  constructor(
    private readonly store: Store,
    private readonly access: AccessRules,
    private readonly shape: Shape,
  ) {}

  row(table: TableSchema, row: Row): Record<string, Cell> {
    const result: Record<string, Cell> = {};
    for (const name of this.shape.fields ?? Object.keys(table.columns)) {
      const path = fieldPath(this.store, table.name, name);
      if (!path || path.steps.some((step) => !this.access.mayReadField(step.table, step.field))) continue;
      result[name] = this.cell(path, row);
    }
    return result;
  }

  private cell(path: FieldPath, row: Row): Cell {
    const { column } = path;
    const { display, excludeLinks, base } = this.shape;
    if (column.type === 'journal') {
      if (display === 'false') return '';
      const { table, field } = path.steps.at(-1)!;
      const holder = path.holder(row);
      const text = holder ? this.journalText(table, field, holder) : '';
      return display === 'true' ? text : { display_value: text, value: '' };
    }
    const value = path.value(row);
    const zone = this.access.session.zone;
    const shown = display === 'false' ? '' : displayValue(this.store, column, value, zone);
    if (column.type === 'reference' && value !== '' && !excludeLinks) {
      const link = `${base}/table/${column.reference}/${value}`;
      if (display === 'false') return { link, value };
      return display === 'true' ? { display_value: shown, link } : { display_value: shown, link, value };
    }
    if (display === 'false') return value;
    return display === 'true' ? shown : { display_value: shown, value };
  }

  /** All entries of a journal, newest first, each under its author and time. */
  private journalText(table: string, field: string, row: Row): string {
    const { zone } = this.access.session;
    const elements = (field === 'comments_and_work_notes' ? ['comments', 'work_notes'] : [field]).filter((element) =>
      this.access.mayReadField(table, element),
    );
    const entries = (this.store.lookUp('sys_journal_field', 'element_id', row['sys_id']!) ?? []).filter((entry) =>
      elements.includes(entry['element']!),
    );
    return entries
      .toReversed()
      .map((entry) => {
        const label = entry['element'] === 'comments' ? 'Additional comments' : 'Work notes';
        return `${shownIn(zone, entry['sys_created_on']!)} - ${this.authorOf(entry)} (${label})\n${entry['value']}\n\n`;
      })
      .join('');
  }

  private authorOf(entry: Row): string {
    const userName = entry['sys_created_by'] ?? '';
    return this.store.lookUp('sys_user', 'user_name', userName)?.[0]?.['name'] || userName;
  }
}
