import { type Choices } from './choices.js';

/** A record: every value is a text, as on the wire. Records are replaced, never changed in place. */
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
  /** Longest text that is stored. */
  length?: number;
  default?: string;
  /** The table that a reference points to. */
  reference?: string;
  choices?: Choices;
  /** What clients send for it is ignored. */
  isReadOnly?: boolean;
  /** Any of these roles may read and query it; without them everybody who may read the row. */
  roles?: readonly string[];
}

/** Roles, any of which permits an operation; undefined permits everybody who is logged in. */
export interface TableAccess {
  read?: readonly string[];
  create?: readonly string[];
  write?: readonly string[];
  delete?: readonly string[];
  /** Fields that hold the sys_id of somebody who may read the row without a role. */
  ownerFields?: readonly string[];
}

export interface TableSchema {
  name: string;
  label: string;
  parent?: string;
  /** The field that stands for a record where it is referred to. */
  display: string;
  /** New records get this and seven digits as their number. */
  numberPrefix?: string;
  columns: Readonly<Record<string, Column>>;
  /** Fields by whose equality records are found without looking at all of them. */
  indexes: readonly string[];
  access: TableAccess;
  /** Not reachable over the Table API. */
  isInternal?: boolean;
}

/** The tables of an instance and what follows from their definitions. */
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
