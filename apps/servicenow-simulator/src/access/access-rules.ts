import { type SimConfig } from '../environment/config.js';
import { type Row, type Schema } from '../data/schema.js';
import { isAdmin, type Session } from './session.js';

/** Operations on a record that rules permit. */
export type Operation = 'read' | 'create' | 'write' | 'delete';

/** What a fault withholds for one request. */
export interface Withheld {
  /** A sys_id, or `row` for all rows. */
  rows: ReadonlySet<string>;
  fields: ReadonlySet<string>;
  operations: ReadonlySet<string>;
}

export const nothingWithheld: Withheld = { rows: new Set(), fields: new Set(), operations: new Set() };

/** Only administrators see rows with this tag. */
export const RESTRICTED_TAG = 'restricted';

/** The access rules (ACLs) for one request. */
export class AccessRules {
  constructor(
    private readonly schema: Schema,
    private readonly config: SimConfig,
    readonly session: Session,
    private readonly withheld: Withheld = nothingWithheld,
  ) {}

  /** Whether the account has the right on records of the table in general. */
  mayDo(operation: Exclude<Operation, 'read'>, table: string): boolean {
    if (this.withheld.operations.has(operation)) return false;
    return this.hasRole(this.schema.table(table)?.access[operation]);
  }

  mayReadRow(table: string, row: Row): boolean {
    const { rows, operations } = this.withheld;
    if (operations.has('read') || rows.has('row') || rows.has(row['sys_id']!)) return false;
    if (isAdmin(this.session)) return true;
    if (row['sys_tags'] === RESTRICTED_TAG) return false;
    const own = this.schema.table(row['sys_class_name'] ?? table) ?? this.schema.table(table);
    if (own?.name === 'sys_journal_field' && !this.config.journalTableReadable) return false;
    if (this.hasRole(own?.access.read)) return true;
    return (own?.access.ownerFields ?? []).some((field) => row[field] === this.session.userId);
  }

  mayReadField(table: string, field: string): boolean {
    if (this.withheld.fields.has(field)) return false;
    const roles = this.schema.column(table, field)?.roles;
    // Nobody may read passwords.
    if (roles?.length === 0) return false;
    if (isAdmin(this.session)) return true;
    if (this.config.hiddenFields[table]?.includes(field)) return false;
    return this.hasRole(roles);
  }

  /** Whether the account may search for a range of the field's values, or sort by it. */
  maySearchRange(table: string, field: string): boolean {
    return isAdmin(this.session) || !this.config.rangeDeniedFields[table]?.includes(field);
  }

  private hasRole(roles: readonly string[] | undefined): boolean {
    return roles === undefined || isAdmin(this.session) || roles.some((role) => this.session.roles.has(role));
  }
}
