import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller, Readiness } from '#service';
import { BackendFailure } from '../ports/backend-failure.js';
import { IncidentBackend } from '../ports/incident-backend.js';

const EVERY_MS = 30_000;

/**
 * Shows on the health page whether the ticket system answers. The service is ready without it: it records requests and
 * executes them later.
 */
@Injectable()
export class BackendHealthService implements OnApplicationBootstrap, OnApplicationShutdown {
  private state: string | undefined = 'not asked yet';
  private readonly poller: Poller;

  constructor(
    private readonly backend: IncidentBackend,
    private readonly readiness: Readiness,
  ) {
    this.poller = new Poller(() => this.check(), { everyMs: EVERY_MS, onError: (error) => this.note(error) });
  }

  onApplicationBootstrap(): void {
    this.readiness.inform(`ticket system (${this.backend.name})`, () => this.state);
    void this.poller.wake();
    this.poller.start();
  }

  onApplicationShutdown(): void {
    // Not awaited: a ticket system that does not answer must not delay the shutdown.
    void this.poller.stop();
  }

  private async check(): Promise<void> {
    await this.backend.check();
    this.state = undefined;
  }

  private note(error: unknown): void {
    this.state = error instanceof BackendFailure ? `${error.kind}: ${error.message}` : 'cannot be asked';
  }
}
