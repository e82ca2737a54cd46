import { join } from 'node:path';
import { pino } from 'pino';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { type DataOf, type IncidentSettled, type IncidentUpdated } from '#contracts';
import { projectRoot, readSettings } from '#service';
import { EmbeddedHost, Store } from '#store';
import { type IncidentBackend } from './ports/incident-backend.js';
import { OperationStore } from './operations/operation.store.js';
import { OperationWorker } from './operations/operation.worker.js';
import { ActionRulesService } from './operations/action-rules.service.js';
import { CallerIdentityService } from './callers/caller-identity.service.js';
import { IncidentSettings } from './settings/incident.settings.js';
import { FileStore } from './files/file.store.js';
import { BackendPauseStore } from './operations/backend-pause.store.js';
import { IncidentWatcher } from './notifications/incident.watcher.js';
import { WatchStore } from './storage/watch.store.js';

/** The providers of the incident service with a given backend and an in-memory database, for tests. */
export class IncidentServiceParts {
  readonly bus: MessageBus;
  readonly operations: OperationStore;
  readonly watches: WatchStore;
  readonly files: FileStore;
  readonly rules: ActionRulesService;
  readonly identity: CallerIdentityService;
  readonly pause: BackendPauseStore;
  readonly worker: OperationWorker;
  readonly watcher: IncidentWatcher;
  readonly settings: IncidentSettings;
  /** Messages published to the dialogue service, in order. */
  readonly settled: DataOf<typeof IncidentSettled>[] = [];
  readonly updated: DataOf<typeof IncidentUpdated>[] = [];
  readonly logger = pino({ level: 'silent' });
  private readonly listener: MessageBus;

  constructor(
    readonly store: Store,
    readonly backend: IncidentBackend,
    env: Record<string, string> = {},
  ) {
    this.settings = readSettings(IncidentSettings, env);
    const broker = new InProcessBroker();
    this.bus = createBus({ service: 'incident', broker });
    this.listener = createBus({ service: 'dialogue', broker });
    this.listener.handle('incident.settled.v1', async (data) => {
      this.settled.push(data as DataOf<typeof IncidentSettled>);
    });
    this.listener.handle('incident.updated.v1', async (data) => {
      this.updated.push(data as DataOf<typeof IncidentUpdated>);
    });
    this.listener.open();
    this.bus.open();
    const { settings, logger, bus } = this;
    this.operations = new OperationStore(store);
    this.watches = new WatchStore(store);
    this.files = new FileStore(store);
    this.rules = new ActionRulesService(backend, settings);
    this.identity = new CallerIdentityService(store);
    this.pause = new BackendPauseStore(store, backend);
    const { operations, watches, files, rules, pause } = this;
    this.worker = new OperationWorker(operations, backend, watches, files, rules, pause, bus, settings, logger);
    this.watcher = new IncidentWatcher(backend, watches, pause, bus, settings, logger);
  }

  async close(): Promise<void> {
    await this.worker.onApplicationShutdown();
    await this.watcher.onApplicationShutdown();
    await this.bus.close();
    await this.listener.close();
  }
}

/** An in-memory database with the service's tables. */
export async function incidentStore(): Promise<{ store: Store; close(): Promise<void> }> {
  const host = new EmbeddedHost('memory://');
  const store = new Store(host, { service: 'incident', folder: join(projectRoot, 'apps/incident/migrations') });
  await store.open();
  return { store, close: () => host.close() };
}
