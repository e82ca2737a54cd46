import { type Column, type Row } from '../data/schema.js';
import { type Store } from '../data/store.js';

const DEEPEST = 3;

/** A field that is reached from a record, maybe over references: `caller_id.email`. */
export interface FieldPath {
  /** The table and name of each field on the way; the last is the one that is meant. */
  steps: readonly { table: string; field: string }[];
  column: Column;
  /** The record that holds it; undefined where a reference on the way is empty. */
  holder(row: Row): Row | undefined;
  value(row: Row): string;
}

/** Finds the field that a dotted name means; undefined when there is none. */
export function fieldPath(store: Store, table: string, name: string): FieldPath | undefined {
  const names = name.split('.');
  if (names.length > DEEPEST + 1) return undefined;
  const steps: { table: string; field: string }[] = [];
  let at: string | undefined = table;
  let column: Column | undefined;
  for (const field of names) {
    column = at === undefined ? undefined : store.schema.column(at, field);
    if (at === undefined || !column) return undefined;
    steps.push({ table: at, field });
    at = column.type === 'reference' ? column.reference : undefined;
  }
  const last = steps.at(-1)!;
  const holder = (row: Row): Row | undefined => {
    let at: Row | undefined = row;
    for (let next = 1; next < steps.length && at; next += 1)
      at = store.get(steps[next]!.table, at[steps[next - 1]!.field] ?? '');
    return at;
  };
  return { steps, column: column!, holder, value: (row) => holder(row)?.[last.field] ?? '' };
}
