import { type Session } from '../access/session.js';
import { ApiError, refusedByPolicy, refusedByRule } from '../exchange/api-error.js';
import { type Chance } from '../environment/chance.js';
import { type SimConfig } from '../environment/config.js';
import { type Row, type TableSchema } from '../data/schema.js';
import { type Store } from '../data/store.js';
import { stampOf } from '../environment/date-time.js';
import { followParent, isFollowed } from './child-incidents.js';
import { applyIncidentRules, ruleId } from './incident-rules.js';

/** Who writes, when, and what a fault puts in the way. */
export interface WriteScope {
  session: Session;
  now: number;
  abortingRule?: string | undefined;
  mandatoryField?: string | undefined;
}

/** Told after a record was written, with the names of the fields that differ. */
export type WriteListener = (table: string, after: Row, changed: readonly string[]) => void;

const JOURNALS = ['comments', 'work_notes'];

/** Writes records as the platform does: defaults, numbers, system fields, journals, rules. */
export class Records {
  private readonly numbers = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly chance: Chance,
    private readonly config: SimConfig,
    private readonly onWrite: WriteListener,
  ) {}

  /**
   * Stores a new record. Fields that are unknown, read-only or too long are dealt with as the configuration says.
   * @throws ApiError
   */
  insert(table: TableSchema, fields: Row, scope: WriteScope): Row {
    const now = stampOf(scope.now);
    const { session } = scope;
    const wanted: Record<string, string> = {};
    for (const [name, column] of Object.entries(table.columns)) wanted[name] = column.default ?? '';
    Object.assign(wanted, this.accepted(table, fields));
    const chosen =
      this.config.clientChosenIds && /^[0-9a-f]{32}$/.test(fields['sys_id'] ?? '') ? fields['sys_id'] : undefined;
    if (chosen && this.store.get(table.name, chosen)) throw duplicateKey(table.name, 'sys_id');
    Object.assign(wanted, {
      sys_id: chosen ?? this.freshId(table.name),
      sys_class_name: table.name,
      sys_created_on: now,
      sys_created_by: session.userName,
      sys_updated_on: now,
      sys_updated_by: session.userName,
      sys_mod_count: '0',
    });
    if (table.numberPrefix) wanted['number'] = this.nextNumber(table);
    if (table.parent) wanted['opened_at'] = now;
    if (table.parent) wanted['opened_by'] ||= session.userId;
    if (table.name === 'sys_user') wanted['name'] = `${wanted['first_name']} ${wanted['last_name']}`.trim();
    this.refuse(table, undefined, wanted, fields, scope);
    return this.write(table, undefined, wanted, fields, scope);
  }

  /**
   * Stores what differs. A write that changes nothing leaves no trace.
   * @throws ApiError
   */
  update(table: TableSchema, before: Row, fields: Row, scope: WriteScope): Row {
    const wanted = { ...before, ...this.accepted(table, fields) };
    this.refuse(table, before, wanted, fields, scope);
    return this.write(table, before, wanted, fields, scope);
  }

  remove(table: TableSchema, row: Row): void {
    this.store.remove(table.name, row['sys_id']!);
  }

  private write(table: TableSchema, before: Row | undefined, wanted: Row, fields: Row, scope: WriteScope): Row {
    const entries = JOURNALS.filter((name) => table.columns[name] && fields[name]);
    const after: Record<string, string> =
      table.name === 'incident'
        ? {
            ...applyIncidentRules({
              ...(before && { before }),
              wanted,
              session: scope.session,
              now: stampOf(scope.now),
              hasComment: entries.includes('comments'),
              keepSentPriority: this.config.keepSentPriority && 'priority' in fields,
            }),
          }
        : { ...wanted };
    const changed = [...Object.keys(after).filter((name) => after[name] !== before?.[name]), ...entries];
    if (before && changed.length === 0) return before;
    if (before) {
      after['sys_mod_count'] = String(Number(before['sys_mod_count'] ?? 0) + 1);
      after['sys_updated_on'] = stampOf(scope.now);
      after['sys_updated_by'] = scope.session.userName;
    }
    this.store.put(table.name, after);
    for (const name of entries) this.addEntry(table.name, after['sys_id']!, name, fields[name]!, scope);
    this.onWrite(table.name, after, changed);
    if (before && table.name === 'incident' && changed.includes('state') && isFollowed(after))
      this.changeChildren(table, after, scope);
    return after;
  }

  private changeChildren(table: TableSchema, parent: Row, scope: WriteScope): void {
    for (const child of this.store.lookUp(table.name, 'parent_incident', parent['sys_id']!) ?? []) {
      const changes = followParent(child, parent);
      if (changes) this.write(table, child, { ...child, ...changes }, changes, scope);
    }
  }

  /** What of the client's fields is stored. */
  private accepted(table: TableSchema, fields: Row): Record<string, string> {
    const accepted: Record<string, string> = {};
    for (const [name, value] of Object.entries(fields)) {
      const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
      if (!column || column.isReadOnly || column.type === 'journal') continue;
      if (name === 'priority' && table.name === 'incident' && !this.config.keepSentPriority) continue;
      accepted[name] = column.length ? value.slice(0, column.length) : value;
    }
    return accepted;
  }

  private refuse(table: TableSchema, before: Row | undefined, wanted: Row, fields: Row, scope: WriteScope): void {
    if (scope.abortingRule !== undefined)
      throw refusedByRule(table.name, scope.abortingRule, ruleId(scope.abortingRule));
    if (scope.mandatoryField !== undefined && !wanted[scope.mandatoryField])
      throw refusedByPolicy([scope.mandatoryField]);
    const { config, store } = this;
    for (const [name, value] of Object.entries(fields)) {
      const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
      if (!column || value === '') continue;
      if (config.refuseLongTexts && column.length && value.length > column.length)
        throw new ApiError(403, 'Operation Failed', `The value of ${name} is longer than ${column.length} characters`);
      const target = column.type === 'reference' && store.schema.table(column.reference!);
      if (config.refuseDanglingReferences && target && !store.get(target.name, value))
        throw new ApiError(403, 'Operation Failed', `Invalid reference in ${name}`);
      if (config.refuseUnknownChoices && column.choices && !Object.hasOwn(column.choices, value))
        throw new ApiError(403, 'Operation Failed', `Invalid choice in ${name}`);
    }
    const correlation = wanted['correlation_id'];
    if (
      !before &&
      config.uniqueCorrelationId &&
      correlation &&
      store.lookUp(table.name, 'correlation_id', correlation)?.length
    )
      throw duplicateKey(table.name, 'correlation_id');
  }

  private addEntry(table: string, recordId: string, element: string, value: string, scope: WriteScope): void {
    const now = stampOf(scope.now);
    const { userName } = scope.session;
    this.store.put('sys_journal_field', {
      sys_id: this.freshId('sys_journal_field'),
      name: table,
      element,
      element_id: recordId,
      value,
      sys_class_name: 'sys_journal_field',
      sys_created_on: now,
      sys_created_by: userName,
      sys_updated_on: now,
      sys_updated_by: userName,
      sys_mod_count: '0',
      sys_tags: '',
    });
  }

  private freshId(table: string): string {
    for (;;) {
      const id = this.chance.id();
      if (!this.store.get(table, id)) return id;
    }
  }

  private nextNumber({ name, numberPrefix = '' }: TableSchema): string {
    const last =
      this.numbers.get(name) ??
      [...this.store.rows(name)].reduce(
        (most, row) => Math.max(most, Number(row['number']?.slice(numberPrefix.length))),
        0,
      );
    this.numbers.set(name, last + 1);
    return `${numberPrefix}${String(last + 1).padStart(7, '0')}`;
  }
}

const duplicateKey = (table: string, field: string): ApiError =>
  new ApiError(
    403,
    'Operation Failed',
    `Unique Key violation detected by database (Duplicate entry for key '${table}.${field}')`,
  );
