import { systemSession } from '../access/session.js';
import { defaultConfig, type SimConfig } from '../environment/config.js';
import { type Row } from '../data/schema.js';
import { type FaultRequest } from '../instance/fault-plan.js';
import { type Instance } from '../instance/instance.js';
import { Agent } from './agent.js';
import { type Invariants, invariantsOf } from './invariants.js';
import { type JournalFile } from './journal-file.js';
import { type JournalEntry, type SecurityEvent, type WebhookDelivery } from '../instance/request-journal.js';

/** The recorded events. */
export interface SimJournal {
  requests: readonly JournalEntry[];
  security: readonly SecurityEvent[];
  webhooks: readonly WebhookDelivery[];
  invariants: Invariants;
}

/** The controls of a simulated instance, for tests in its process and for the control plane. */
export class SimControls {
  /** The service desk agent. */
  readonly agent: Agent;

  constructor(
    protected readonly instance: Instance,
    protected readonly file: JournalFile | undefined,
  ) {
    this.agent = new Agent(instance);
  }

  /** Restores the seed, the settings and the start time, and removes all faults. */
  reset(): void {
    this.file?.clear();
    this.instance.reset();
  }

  /**
   * Adds a fault, such as `{ fault: 'timeout-after-commit:30000', match: { method: 'POST' }, times: 1 }`.
   * @throws UnknownFault that lists the known faults
   */
  fault(request: FaultRequest): void {
    this.instance.faults.add(request);
  }

  faults(): FaultRequest[] {
    return this.instance.faults.list();
  }

  /** Removes all faults. A hibernating instance stays so until it is woken. */
  clearFaults(): void {
    this.instance.faults.clear();
  }

  /** Ends hibernation. */
  wake(): void {
    this.instance.isHibernating = false;
  }

  now(): Date {
    return new Date(this.instance.clock.now());
  }

  /** Advances the clock. Events that are due by then, such as closing resolved incidents, happen. */
  advance(milliseconds: number): void {
    this.instance.clock.advance(milliseconds);
  }

  /** Changes settings immediately and until `reset`. @returns all settings */
  config(changes: Partial<SimConfig> = {}): SimConfig {
    const unknown = Object.keys(changes).find((name) => !(name in defaultConfig));
    if (unknown) throw new Error(`There is no setting ${unknown}.`);
    return Object.assign(this.instance.config, changes);
  }

  /** The stored records of a table, in no particular order. */
  records(table: string): Row[] {
    return [...this.instance.store.rows(table)];
  }

  /** Stores records with these fields, as an administrator; missing fields get their defaults. */
  plant(table: string, rows: readonly Row[]): Row[] {
    const { store, records, clock } = this.instance;
    const schema = store.schema.table(table);
    if (!schema) throw new Error(`There is no table ${table}.`);
    return rows.map((fields) => records.insert(schema, fields, { session: systemSession, now: clock.now() }));
  }

  /** Sets a system property, such as `glide.invalid_query.returns_no_rows`. */
  property(name: string, value: string): void {
    const { store } = this.instance;
    const row = store.lookUp('sys_properties', 'name', name)?.[0];
    if (row) store.put('sys_properties', { ...row, value });
    else this.plant('sys_properties', [{ name, value }]);
  }

  /** All records by table. */
  snapshot(): Record<string, Row[]> {
    const { store } = this.instance;
    return Object.fromEntries(
      store.schema.tables
        .filter(({ isInternal }) => !isInternal)
        .map(({ name }) => [name, this.records(name).filter((row) => row['sys_class_name'] === name)]),
    );
  }

  journal(): SimJournal {
    const { requests, security, webhooks } = this.instance.journal;
    return {
      requests: [...requests],
      security: [...security],
      webhooks: [...webhooks],
      invariants: invariantsOf(this.instance),
    };
  }

  clearJournal(): void {
    this.instance.journal.clear();
  }

  /** Resolves when every pending webhook has arrived or failed. */
  async webhooksSettled(): Promise<void> {
    await this.instance.webhooks.settled();
  }
}
