import { type Row, type Schema, type TableSchema } from './schema.js';

/** A change of one record; without `before` it was created, without `after` it was deleted. */
export interface Change {
  table: string;
  id: string;
  before?: Row;
  after?: Row;
}

interface PastChange extends Change {
  at: number;
}

/** Number of remembered changes, so that reads can return an earlier state. */
const REMEMBERED = 10_000;

const keyOf = (value: string): string => value.toLowerCase();

/** The rows of one table, found by sys_id or by equality of an indexed field. */
class RowSet {
  readonly rows = new Map<string, Row>();
  private readonly indexes: ReadonlyMap<string, Map<string, Map<string, Row>>>;

  constructor(readonly schema: TableSchema) {
    this.indexes = new Map(schema.indexes.map((field) => [field, new Map<string, Map<string, Row>>()]));
  }

  replace(id: string, before: Row | undefined, after: Row | undefined): void {
    for (const [field, index] of this.indexes) {
      if (before) index.get(keyOf(before[field] ?? ''))?.delete(id);
      if (!after) continue;
      const key = keyOf(after[field] ?? '');
      const found = index.get(key);
      if (found) found.set(id, after);
      else index.set(key, new Map([[id, after]]));
    }
    if (after) this.rows.set(id, after);
    else this.rows.delete(id);
  }

  find(field: string, value: string): Iterable<Row> | undefined {
    const index = this.indexes.get(field);
    return index && (index.get(keyOf(value))?.values() ?? []);
  }
}

/** The records of the instance, in memory. Lookups by indexed fields ignore case. */
export class Store {
  private tables: ReadonlyMap<string, RowSet>;
  private past: PastChange[] = [];

  /** @param onChange called after every change */
  constructor(
    readonly schema: Schema,
    private readonly now: () => number,
    private readonly onChange: (change: Change) => void,
  ) {
    this.tables = this.empty();
  }

  /** The rows of a table and of those that extend it. */
  *rows(table: string): Iterable<Row> {
    for (const { name } of this.schema.family(table)) yield* this.tables.get(name)!.rows.values();
  }

  get(table: string, id: string): Row | undefined {
    for (const { name } of this.schema.family(table)) {
      const row = this.tables.get(name)!.rows.get(id);
      if (row) return row;
    }
    return undefined;
  }

  /** The rows whose field equals the value; undefined when only a full scan can tell. */
  lookUp(table: string, field: string, value: string): readonly Row[] | undefined {
    const found: Row[] = [];
    for (const { name } of this.schema.family(table)) {
      const rows = this.tables.get(name)!;
      if (field === 'sys_id') {
        const row = rows.rows.get(keyOf(value));
        if (row) found.push(row);
        continue;
      }
      const part = rows.find(field, value);
      if (!part) return undefined;
      found.push(...part);
    }
    return found;
  }

  put(table: string, row: Row): void {
    const id = row['sys_id']!;
    const rows = this.tables.get(table)!;
    const before = rows.rows.get(id);
    rows.replace(id, before, row);
    this.changed({ table, id, ...(before && { before }), after: row });
  }

  remove(table: string, id: string): void {
    const rows = this.tables.get(table)!;
    const before = rows.rows.get(id);
    if (!before) return;
    rows.replace(id, before, undefined);
    this.changed({ table, id, before });
  }

  clear(): void {
    this.tables = this.empty();
    this.past = [];
  }

  /** The rows of a table as they were at an earlier moment. */
  rowsAt(table: string, instant: number): readonly Row[] {
    const rows = new Map([...this.rows(table)].map((row) => [row['sys_id']!, row]));
    for (const { at, table: changed, id, before } of this.past.toReversed()) {
      if (at <= instant) break;
      if (!this.schema.extends(changed, table)) continue;
      if (before) rows.set(id, before);
      else rows.delete(id);
    }
    return [...rows.values()];
  }

  private changed(change: Change): void {
    this.past.push({ ...change, at: this.now() });
    if (this.past.length > 2 * REMEMBERED) this.past = this.past.slice(-REMEMBERED);
    this.onChange(change);
  }

  private empty(): ReadonlyMap<string, RowSet> {
    return new Map(this.schema.tables.map((table) => [table.name, new RowSet(table)]));
  }
}
