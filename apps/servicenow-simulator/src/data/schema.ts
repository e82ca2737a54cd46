import { type Choices } from './choices.js';

/** A record: every value is a text, as in the API. Records are immutable: a change replaces them. */
export type Row = Readonly<Record<string, string>>;

export type ColumnType =
  | 'GUID'
  | 'string'
  | 'integer'
  | 'boolean'
  | 'glide_date_time'
  | 'glide_duration'
  | 'choice'
  | 'reference'
  | 'glide_list'
  | 'journal';

export interface Column {
  type: ColumnType;
  /** Longest stored text, in characters. */
  length?: number;
  default?: string;
  /** The table that a reference points to. */
  reference?: string;
  choices?: Choices;
  /** Whether values from clients are ignored. */
  isReadOnly?: boolean;
  /** Any of these roles may read and query it; if absent, everybody who may read the row. */
  roles?: readonly string[];
}

/** Roles; any of them permits the operation. Undefined permits every authenticated account. */
export interface TableAccess {
  read?: readonly string[];
  create?: readonly string[];
  write?: readonly string[];
  delete?: readonly string[];
  /** Fields with the sys_id of a person who may read the row without a role. */
  ownerFields?: readonly string[];
}

export interface TableSchema {
  name: string;
  label: string;
  parent?: string;
  /** The field that is displayed in place of a reference to a record. */
  display: string;
  /** Prefix of record numbers, followed by seven digits. */
  numberPrefix?: string;
  columns: Readonly<Record<string, Column>>;
  /** Indexed fields for lookups by equality. */
  indexes: readonly string[];
  access: TableAccess;
  /** Whether the table is hidden from the Table API. */
  isInternal?: boolean;
}

/** The tables of an instance, with derived properties. */
export class Schema {
  private readonly byName: ReadonlyMap<string, TableSchema>;
  private readonly families: ReadonlyMap<string, readonly TableSchema[]>;

  constructor(readonly tables: readonly TableSchema[]) {
    this.byName = new Map(tables.map((table) => [table.name, table]));
    this.families = new Map(tables.map(({ name }) => [name, tables.filter((table) => this.extends(table.name, name))]));
  }

  table(name: string): TableSchema | undefined {
    return this.byName.get(name);
  }

  /** The table itself and those that extend it. */
  family(name: string): readonly TableSchema[] {
    return this.families.get(name) ?? [];
  }

  extends(name: string, ancestor: string): boolean {
    for (let table = this.table(name); table; table = table.parent ? this.table(table.parent) : undefined)
      if (table.name === ancestor) return true;
    return false;
  }

  column(table: string, field: string): Column | undefined {
    const columns = this.table(table)?.columns;
    return columns && Object.hasOwn(columns, field) ? columns[field] : undefined;
  }
}
