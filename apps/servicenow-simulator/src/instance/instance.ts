import { type SimConfig } from '../environment/config.js';
import { Chance } from '../environment/chance.js';
import { VirtualClock } from '../environment/clock.js';
import { FaultPlan } from './fault-plan.js';
import { RequestJournal } from './request-journal.js';
import { Webhooks } from './webhooks.js';
import { type Change, Store } from '../data/store.js';
import { schema } from '../data/tables.js';
import { RateLimits } from '../access/rate-limits.js';
import { Records } from '../records/records.js';
import { plantSeed } from '../seed/plant-seed.js';
import { autoClose } from '../records/auto-close.js';

export interface InstanceOptions {
  config: SimConfig;
  seed: string;
  /** Milliseconds since 1970. */
  start: number;
  isFrozen: boolean;
  /** What an earlier run left; it takes the place of the seed. */
  history?: History;
  /** Hears of every change of a record from now on. */
  onChange?: (change: Change, now: number) => void;
}

/** Every change of the records in order, the seed among them, and the moment of the last. */
export interface History {
  changes: readonly Change[];
  lastInstant: number;
}

const HOUR = 3_600_000;

/** One simulated instance: its records, its time, and what was arranged to go wrong. */
export class Instance {
  readonly config: SimConfig;
  readonly clock: VirtualClock;
  readonly journal = new RequestJournal();
  readonly faults = new FaultPlan();
  readonly limits: RateLimits;
  readonly store: Store;
  readonly webhooks: Webhooks;
  records!: Records;
  chance!: Chance;
  /** Every route answers with the page of a sleeping instance. */
  isHibernating = false;
  private isResuming = false;

  constructor(private readonly options: InstanceOptions) {
    this.config = structuredClone(options.config);
    this.clock = new VirtualClock(options.start, options.isFrozen);
    this.limits = new RateLimits(this.config);
    this.store = new Store(
      schema,
      () => this.clock.now(),
      (change) => {
        if (!this.isResuming) options.onChange?.(change, this.clock.now());
      },
    );
    this.webhooks = new Webhooks(this.config, this.store, this.clock, this.journal);
    if (options.history && options.history.changes.length > 0) this.resume(options.history);
    else this.plant();
    this.scheduleJobs();
  }

  /** Back to the seed, the settings and the time of the start. */
  reset(): void {
    Object.assign(this.config, structuredClone(this.options.config));
    this.clock.clear();
    this.clock.set(this.options.start);
    this.journal.clear();
    this.faults.clear();
    this.limits.clear();
    this.isHibernating = false;
    this.plant();
    this.scheduleJobs();
  }

  /** The value of a system property; empty when it is not set. */
  property(name: string): string {
    return this.store.lookUp('sys_properties', 'name', name)?.[0]?.['value'] ?? '';
  }

  close(): void {
    this.clock.clear();
  }

  private plant(): void {
    this.store.clear();
    this.begin(this.options.seed);
    plantSeed(this.store, this.chance, this.clock.now());
  }

  /** Takes up the records of an earlier run, and its time when that is later. */
  private resume({ changes, lastInstant }: History): void {
    this.isResuming = true;
    for (const { table, id, after } of changes) {
      if (after) this.store.put(table, after);
      else this.store.remove(table, id);
    }
    this.isResuming = false;
    if (lastInstant > this.clock.now()) this.clock.set(lastInstant);
    this.begin(`${this.options.seed}:${changes.length}`);
  }

  private begin(seed: string): void {
    this.chance = new Chance(seed);
    this.records = new Records(this.store, this.chance, this.config, (table, after, changed) =>
      this.webhooks.announce(table, after, changed),
    );
  }

  private scheduleJobs(): void {
    this.clock.after(HOUR, () => {
      autoClose(this.store, this.records, Number(this.property('glide.ui.autoclose.time')), this.clock.now());
      this.scheduleJobs();
    });
  }
}
