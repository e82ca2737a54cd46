import { type SimConfig } from '../environment/config.js';
import { type Row } from '../data/schema.js';
import { type Store } from '../data/store.js';
import { storedFrom } from '../environment/date-time.js';
import { compareValues, DISPLAY_OPERATORS, RANGE_OPERATORS, valueTest } from './compare-values.js';
import { displayValue } from './display-value.js';
import { fieldPath, type FieldPath } from './field-path.js';
import { type Condition, type Order, type Query } from './parse-query.js';
import { evaluateScript, type ScriptScope } from './server-script.js';

type RowTest = (row: Row) => boolean;

/** What a query runs in. */
export interface QueryScope {
  store: Store;
  config: SimConfig;
  /** Queries of which a part means nothing match no row; otherwise that part is left out. */
  invalidMatchesNothing: boolean;
  script: ScriptScope;
  shuffle: (rows: Row[]) => Row[];
  /** Called with each field that the query names, before anything is read. Throws where that is refused. */
  checkField: (path: FieldPath, isRange: boolean) => void;
  /** Hears of `javascript:` values. */
  onScript: (expression: string, isEvaluated: boolean) => void;
  /** Rows to search instead of those that are stored now. */
  rows?: readonly Row[];
}

/**
 * The rows of a table that match, in the order that is asked for. As on a real instance, what means nothing is left
 * out, so that a misspelt condition matches more rows, not fewer.
 */
export function runQuery(table: string, { alternatives, order }: Query, scope: QueryScope): Row[] {
  const compiler = new QueryCompiler(table, scope);
  const tests = alternatives.map((chains) => compiler.alternative(chains));
  const compare = compiler.order(order);
  if (compiler.foundInvalid && scope.invalidMatchesNothing) return [];
  const found = new Set<Row>();
  for (const [index, test] of tests.entries())
    for (const row of compiler.candidates(alternatives[index]!)) if (test(row)) found.add(row);
  const rows = [...found];
  const unordered = scope.config.shuffleUnordered && rows.length > 1 ? scope.shuffle(rows) : rows;
  return compare ? unordered.sort(compare) : unordered;
}

class QueryCompiler {
  foundInvalid = false;

  constructor(
    private readonly table: string,
    private readonly scope: QueryScope,
  ) {}

  alternative(chains: Condition[][]): RowTest {
    const tests = chains
      .map((chain) => chain.map((condition) => this.condition(condition)).filter((test) => test !== undefined))
      .filter((chain) => chain.length > 0);
    return (row) => tests.every((chain) => chain.some((test) => test(row)));
  }

  order(orders: Order[]): ((left: Row, right: Row) => number) | undefined {
    const keys = orders.flatMap(({ field, isDescending }) => {
      const path = this.path(field, true);
      return path ? [{ path, isDescending }] : [];
    });
    if (keys.length === 0) return undefined;
    const { ignoreCase } = this.scope.config;
    return (left, right) => {
      for (const { path, isDescending } of keys) {
        const result = compareValues(path.value(left), path.value(right), path.column, ignoreCase);
        if (result !== 0) return isDescending ? -result : result;
      }
      return 0;
    };
  }

  /** Rows among which those that match must be: an indexed equality saves the look at all of them. */
  candidates(chains: Condition[][]): Iterable<Row> {
    const { store, rows } = this.scope;
    if (rows) return rows;
    for (const [condition, ...others] of chains) {
      if (!condition || others.length > 0 || condition.value.startsWith('javascript:')) continue;
      const { field, operator, value } = condition;
      const values = operator === '=' ? [value] : operator === 'IN' ? value.split(',').map((one) => one.trim()) : [];
      const found = values.map((one) => store.lookUp(this.table, field, one));
      if (found.length > 0 && found.every((part) => part !== undefined)) return found.flat();
    }
    return store.rows(this.table);
  }

  private condition({ field, operator, value: written }: Condition): RowTest | undefined {
    const path = operator && this.path(field, RANGE_OPERATORS.has(operator));
    const value = path && this.value(written, path);
    if (!path || value === undefined) {
      this.foundInvalid = true;
      return undefined;
    }
    const test = valueTest(operator, value, path.column, this.scope.config.ignoreCase);
    if (!test) return this.fieldTest(path, operator, value);
    if (path.column.type !== 'reference' || !DISPLAY_OPERATORS.has(operator)) return (row) => test(path.value(row));
    const { store, script } = this.scope;
    return (row) => test(displayValue(store, path.column, path.value(row), script.zone));
  }

  /** Comparisons with another field, and with a class. */
  private fieldTest(path: FieldPath, operator: string, value: string): RowTest | undefined {
    const { store, config } = this.scope;
    if (operator === 'INSTANCEOF') return (row) => store.schema.extends(path.value(row), value);
    const other = this.path(value, true);
    if (!other) return undefined;
    const order = (row: Row): number =>
      compareValues(path.value(row), other.value(row), path.column, config.ignoreCase);
    const tests: Record<string, RowTest> = {
      SAMEAS: (row) => order(row) === 0,
      NSAMEAS: (row) => order(row) !== 0,
      GT_FIELD: (row) => order(row) > 0,
      LT_FIELD: (row) => order(row) < 0,
      GT_OR_EQUALS_FIELD: (row) => order(row) >= 0,
      LT_OR_EQUALS_FIELD: (row) => order(row) <= 0,
    };
    return tests[operator];
  }

  private path(field: string, isRange: boolean): FieldPath | undefined {
    const path = fieldPath(this.scope.store, this.table, field);
    if (path) this.scope.checkField(path, isRange);
    else this.foundInvalid = true;
    return path;
  }

  private value(written: string, { column }: FieldPath): string | undefined {
    const { script, config, onScript } = this.scope;
    if (/^\s*javascript:/i.test(written)) {
      const expression = written.replace(/^\s*javascript:/i, '');
      const result = evaluateScript(expression, script);
      onScript(expression, result !== undefined);
      return result;
    }
    const isDate = column.type === 'glide_date_time';
    return isDate && config.queryDatesInUserZone ? storedFrom(script.zone, written) : written;
  }
}
