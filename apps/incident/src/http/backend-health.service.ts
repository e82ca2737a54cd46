import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Readiness } from '#service';
import { BackendFailure } from '../ports/backend-failure.js';
import { IncidentBackend } from '../ports/incident-backend.js';

const EVERY_MS = 30_000;

/**
 * Shows on the health page whether the ticket system answers. The service is ready without it: it records what is asked
 * and carries it out later.
 */
@Injectable()
export class BackendHealthService implements OnApplicationBootstrap, OnApplicationShutdown {
  private state: string | undefined = 'not asked yet';
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly backend: IncidentBackend,
    private readonly readiness: Readiness,
  ) {}

  onApplicationBootstrap(): void {
    this.readiness.inform(`ticket system (${this.backend.name})`, () => this.state);
    void this.look();
    this.timer = setInterval(() => void this.look(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Asks the ticket system now. */
  async look(): Promise<void> {
    try {
      await this.backend.check();
      this.state = undefined;
    } catch (error) {
      this.state = error instanceof BackendFailure ? `${error.kind}: ${error.message}` : 'cannot be asked';
    }
  }
}
