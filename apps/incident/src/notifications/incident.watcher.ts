import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { MessageBus } from '#bus';
import { IncidentUpdated, type DataOf } from '#contracts';
import { LOGGER, Poller, SETTINGS, type Logger } from '#service';
import { BackendFailure } from '../ports/backend-failure.js';
import { type ChangeListener } from '../ports/change-listener.js';
import { IncidentBackend } from '../ports/incident-backend.js';
import { type Incident } from '../ports/incident.js';
import { type IncidentSettings } from '../settings/incident.settings.js';
import { stateInWords } from '../ports/state-in-words.js';
import { BackendPauseStore } from '../operations/backend-pause.store.js';
import { WatchStore, type Watched } from '../storage/watch.store.js';

const PUBLISHED_AT_ONCE = 50;
/** Most pages of changes in one poll. */
const MAX_PAGES = 20;
/** Incidents without changes that are read in one poll: few, because each costs a call. */
const SILENT_AT_ONCE = 1;

type Notification = DataOf<typeof IncidentUpdated>;

/**
 * Notifies conversations of what the desk did. It polls for changes with a durable cursor, or reads one incident when its
 * backend reports a change. A notification is recorded in the transaction that records the change as known. It is
 * published afterwards under a fixed id, so each notification arrives exactly once.
 */
@Injectable()
export class IncidentWatcher implements ChangeListener, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poller: Poller;

  constructor(
    private readonly backend: IncidentBackend,
    private readonly watches: WatchStore,
    private readonly pause: BackendPauseStore,
    private readonly bus: MessageBus,
    @Inject(SETTINGS) settings: IncidentSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.poller = new Poller(() => this.readChanges().finally(() => this.publish()), {
      everyMs: settings.INCIDENT_POLL_SECONDS * 1_000,
      onError: (error) => {
        const isExpected = error instanceof BackendFailure;
        this.logger[isExpected ? 'warn' : 'error'](
          isExpected ? { kind: error.kind } : { err: error },
          'no changes read',
        );
      },
    });
  }

  onApplicationBootstrap(): void {
    if (this.backend.capabilities.keepsIncidents) this.poller.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  /** Polls for changes and publishes their notifications. Never rejects: a failed step is retried in the next poll. */
  poll(): Promise<void> {
    return this.poller.wake();
  }

  async incidentChanged(number: string): Promise<void> {
    const incident = await this.backend.get(number);
    if (incident) await this.takeIn([incident]);
    await this.publish();
  }

  private async readChanges(): Promise<void> {
    if (await this.pause.current()) return;
    const { name } = this.backend;
    const reading = await this.watches.beginReading(name);
    if (!reading) return;
    await this.watches.readingLease.whileRenewing(
      () => this.watches.keepReading(name),
      (signal) => this.readFrom(reading.cursor, signal),
    );
  }

  /** Stops between two pages when another replica may be polling. */
  private async readFrom(begin: string | undefined, signal: AbortSignal): Promise<void> {
    let cursor = begin;
    try {
      for (let page = 0; page < MAX_PAGES && !signal.aborted; page++) {
        const changes = await this.backend.changesSince(cursor);
        await this.takeIn(changes.incidents);
        cursor = changes.cursor;
        if (!changes.hasMore) break;
      }
      if (!signal.aborted) await this.readSilent();
    } finally {
      await this.watches.endReading(this.backend.name, cursor);
    }
  }

  private async readSilent(): Promise<void> {
    for (const watched of await this.watches.silent(SILENT_AT_ONCE)) {
      const incident = await this.readable(watched.number, () => this.backend.get(watched.number));
      if (incident === 'unreadable') await this.watches.seen(watched.id);
      else if (!incident) await this.watches.missing(watched);
      else {
        await this.takeIn([incident]);
        await this.watches.seen(watched.id);
      }
    }
  }

  private async takeIn(incidents: Incident[]): Promise<void> {
    const known = new Map((await this.watches.watched(incidents.map(({ id }) => id))).map((each) => [each.id, each]));
    for (const incident of incidents) {
      const before = known.get(incident.id);
      if (!before || before.revision === incident.revision) continue;
      const { found, commentsUntil } = await this.notificationsOf(incident, before);
      await this.watches.advance(incident, commentsUntil, found);
    }
  }

  private async notificationsOf(
    incident: Incident,
    before: Watched,
  ): Promise<{ found: Notification[]; commentsUntil: Date }> {
    const { conversationId } = before;
    const { number, title, state, revision } = incident;
    const about = { conversationId, number, title };
    const found: Notification[] = [];
    if (state !== before.state && state !== before.expectedState) {
      const isResolved = state === 'resolved';
      found.push({ ...about, changeId: `${number}:${revision}`, state: stateInWords(incident), isResolved });
    }
    let { commentsUntil } = before;
    const comments = await this.readable(number, () => this.backend.comments(incident));
    for (const { id, text, writtenAt, isOurs } of comments === 'unreadable' ? [] : comments) {
      if (writtenAt < before.commentsUntil) continue;
      if (!isOurs) found.push({ ...about, changeId: `${number}:comment:${id}`, comment: text });
      if (writtenAt > commentsUntil) commentsUntil = writtenAt;
    }
    return { found, commentsUntil };
  }

  /** Reads part of an incident. A permanent failure must not delay the notifications of other incidents. */
  private async readable<T>(number: string, read: () => Promise<T>): Promise<T | 'unreadable'> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof BackendFailure) || !(error.isFinal || error.kind === 'unexpected')) throw error;
      this.logger.warn({ kind: error.kind, number }, 'an incident or its comments cannot be read');
      return 'unreadable';
    }
  }

  private async publish(): Promise<void> {
    for (const each of await this.watches.unpublished(PUBLISHED_AT_ONCE)) {
      await this.bus.publish(IncidentUpdated, each, { conversationId: each.conversationId });
      await this.watches.published(each.changeId);
    }
  }
}
